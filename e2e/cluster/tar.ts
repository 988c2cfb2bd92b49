const block = 512;

function header(path: string, size: number): Buffer {
  const buffer = Buffer.alloc(block);
  if (Buffer.byteLength(path) > 100) throw new Error(`The path is too long for a plain tar: ${path}`);
  buffer.write(path, 0);
  buffer.write('0000644\0', 100);
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

/** A POSIX tar of regular files; the same files give the same bytes. */
export function tar(files: Record<string, string>): Buffer {
  const entries = Object.entries(files).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const blocks = entries.flatMap(([path, text]) => {
    const content = Buffer.from(text, 'utf8');
    return [header(path, content.length), content, Buffer.alloc((block - (content.length % block)) % block)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * block)]);
}
