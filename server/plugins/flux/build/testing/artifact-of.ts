import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';

/** An artifact of these files, as source-controller packs it, with its digest. */
export async function artifactOf(
  files: Readonly<Record<string, string>>,
): Promise<{ archive: Buffer; digest: string }> {
  const entries = Object.entries(files).map(([name, body]) => ({
    header: { name, type: 'file' as const, size: Buffer.byteLength(body), mtime: new Date(0) },
    body,
  }));
  const archive = gzipSync(await packTar(entries));
  return { archive, digest: `sha256:${createHash('sha256').update(archive).digest('hex')}` };
}
