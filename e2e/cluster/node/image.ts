import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { tar, type TarFile } from '../tar.ts';

const certificateBundle = '/etc/ssl/certs/ca-certificates.crt';

const architectures: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** The files of a container that runs one static binary: the binary, users, and who is to be trusted. */
function rootFiles(name: string, binary: Buffer): Record<string, TarFile> {
  const files: Record<string, TarFile> = {
    [name]: { content: binary, mode: 0o755 },
    'etc/passwd': 'root:x:0:0:root:/:/none\nnobody:x:65534:65534:nobody:/:/none\n',
    'etc/group': 'root:x:0:\nnobody:x:65534:\n',
  };
  if (existsSync(certificateBundle)) files['etc/ssl/certs/ca-certificates.crt'] = readFileSync(certificateBundle);
  return files;
}

export type ImageOptions = {
  names: readonly string[];
  /** What the binary is called in the image, and the image's entrypoint. */
  program: string;
  binary: Buffer;
  /** `65534:65534`, or root unless given. */
  user?: string;
};

/**
 * An image of one static binary as the tar of an OCI image layout, under one or more names
 * (`registry.example.com/shop/web:1.0.0`). Its one layer is not compressed: it is unpacked once, on this machine.
 */
export function imageOf(options: ImageOptions): Buffer {
  const blobs: Record<string, TarFile> = {};
  const add = (mediaType: string, content: Buffer): { mediaType: string; digest: string; size: number } => {
    const digest = digestOf(content);
    blobs[`blobs/sha256/${digest}`] = content;
    return { mediaType, digest: `sha256:${digest}`, size: content.length };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const layer = add('application/vnd.oci.image.layer.v1.tar', tar(rootFiles(options.program, options.binary)));
  const configuration = add(
    'application/vnd.oci.image.config.v1+json',
    json({
      architecture: architectures[process.arch] ?? process.arch,
      os: 'linux',
      config: {
        Entrypoint: [`/${options.program}`],
        Env: ['PATH=/'],
        ...(options.user !== undefined && { User: options.user }),
      },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    }),
  );
  const manifest = add(
    'application/vnd.oci.image.manifest.v1+json',
    json({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: configuration,
      layers: [layer],
    }),
  );
  const manifests = options.names.map((name) => ({ ...manifest, annotations: { 'io.containerd.image.name': name } }));
  return tar({
    ...blobs,
    'oci-layout': json({ imageLayoutVersion: '1.0.0' }),
    'index.json': json({ schemaVersion: 2, manifests }),
  });
}
