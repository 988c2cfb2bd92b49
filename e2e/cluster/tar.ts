const block = 512;

/** A text or bytes, readable by all; or with permissions of its own. */
export type TarFile = string | Buffer | { content: Buffer; mode: number };

function header(path: string, size: number, mode: number): Buffer {
  const buffer = Buffer.alloc(block);
  if (Buffer.byteLength(path) > 100) throw new Error(`The path is too long for a plain tar: ${path}`);
  buffer.write(path, 0);
  buffer.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  buffer.write('0000000\0', 108);
  buffer.write('0000000\0', 116);
  buffer.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  buffer.write('00000000000\0', 136);
  buffer.write('        0', 148);
  buffer.write('ustar\x0000', 257);
  const sum = buffer.reduce((total, byte) => total + byte, 0);
  buffer.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return buffer;
}

const isBare = (file: TarFile): file is string | Buffer => typeof file === 'string' || Buffer.isBuffer(file);

/** A POSIX tar of regular files; the same files give the same bytes. */
export function tar(files: Record<string, TarFile>): Buffer {
  const entries = Object.entries(files).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const blocks = entries.flatMap(([path, file]) => {
    const { content, mode } = isBare(file) ? { content: Buffer.from(file), mode: 0o644 } : file;
    return [header(path, content.length, mode), content, Buffer.alloc((block - (content.length % block)) % block)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * block)]);
}
