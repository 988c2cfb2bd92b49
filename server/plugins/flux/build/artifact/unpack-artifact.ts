import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createTarDecoder } from 'modern-tar';
import type { TarHeader } from 'modern-tar';
import { SluiceError } from '../../../../errors.ts';

/** What an artifact may unpack to. Flux sets no bounds; these are ten times what its largest honest users have. */
const mostBytes = 256 * 1024 * 1024;
const mostEntries = 50_000;
const longestName = 1_024;
const longestPart = 255;
const deepest = 64;

/**
 * Unpacks a source's artifact, a gzipped tar, into an empty folder of our own: files and folders only, readable by this
 * account alone. Links and devices are refused, as Flux refuses them, so nothing that is unpacked can lead out of the folder.
 * Throws `refused` naming the entry, `too_large` naming the bound.
 */
export async function unpackArtifact(archive: Buffer, folder: string, signal?: AbortSignal): Promise<void> {
  const made = new Set<string>([folder]);
  let entries = 0;
  let size = 0;
  try {
    // Node's types of web streams and those of browsers differ in name only.
    const unzipped = Readable.toWeb(
      Readable.from(boundedBytes(archive, signal)),
    ) as unknown as ReadableStream<Uint8Array>;
    for await (const { header, body } of unzipped.pipeThrough(createTarDecoder({ strict: true }))) {
      entries += 1;
      if (entries > mostEntries) tooLarge(`more than ${mostEntries.toLocaleString('en-GB')} entries`);
      size += header.size;
      if (size > mostBytes) tooLarge(`more than ${mostBytes / (1024 * 1024)} MB`);
      const path = pathOf(header);
      if (path === undefined) {
        await body.cancel();
        continue;
      }
      const target = join(folder, path);
      if (header.type === 'directory') {
        await body.cancel();
        await makeFolder(target);
      } else {
        await makeFolder(dirname(target));
        await writeFile(target, body);
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw asRefusal(error);
  }

  async function makeFolder(path: string): Promise<void> {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o700 });
    made.add(path);
  }
}

async function* boundedBytes(archive: Buffer, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of Readable.from([archive]).pipe(
    createGunzip({ chunkSize: 256 * 1024 }),
  ) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    size += chunk.length;
    if (size > mostBytes) tooLarge(`more than ${mostBytes / (1024 * 1024)} MB`);
    yield chunk;
  }
}

async function writeFile(path: string, body: ReadableStream<Uint8Array>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const chunk of body) await file.write(chunk);
  } finally {
    await file.close();
  }
}

/** Where an entry belongs, relative; undefined for the folder itself. */
function pathOf({ name, type = 'file' }: TarHeader): string | undefined {
  const called = shortened(name);
  if (type === 'symlink' || type === 'link') refuse(`its entry ${called} is a link`);
  if (type !== 'file' && type !== 'directory') refuse(`its entry ${called} is neither a file nor a folder`);
  if (Buffer.byteLength(name) > longestName) refuse(`the name ${called} is too long`);
  if (name === '' || /[\\\0\p{Cc}]/u.test(name)) refuse(`it has an entry with the impossible name ${called}`);
  if (name.startsWith('/')) refuse(`its entry ${called} has an absolute name`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) refuse(`its entry ${called} leads out of the artifact`);
  if (parts.length > deepest) refuse(`its entry ${called} lies too deep`);
  if (parts.some((part) => Buffer.byteLength(part) > longestPart)) refuse(`the name ${called} is too long`);
  if (parts.length === 0) return type === 'directory' ? undefined : refuse('it has a file without a name');
  return parts.join('/');
}

function shortened(name: string): string {
  const text = JSON.stringify(name);
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
}

function refuse(reason: string): never {
  throw new SluiceError('refused', `The artifact is not unpacked: ${reason}.`);
}

function tooLarge(what: string): never {
  throw new SluiceError('too_large', `The artifact is not unpacked: it holds ${what}.`);
}

function asRefusal(error: unknown): SluiceError {
  if (error instanceof SluiceError) return error;
  const { code, cause, message } = error as NodeJS.ErrnoException & { cause?: unknown };
  if (cause instanceof SluiceError) return cause;
  if (code === 'EEXIST' || code === 'EISDIR' || code === 'ENOTDIR') {
    return new SluiceError('refused', 'The artifact is not unpacked: one name in it is a file and a folder.');
  }
  if (code === 'ENOSPC' || code === 'EROFS' || code === 'EACCES') {
    return new SluiceError('failed', `The artifact cannot be unpacked here: ${message}.`, {
      wayOut: 'Give Sluice a writable temporary folder (TMPDIR) with room for it.',
      cause: error,
    });
  }
  return new SluiceError('refused', 'The artifact is not unpacked: it is no sound gzipped tar archive.', {
    cause: error,
  });
}
