import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { tar } from './tar.ts';

type Descriptor = { mediaType: string; digest: string; size: number };

type PushOptions = { source?: string; revision?: string };

export type Registry = {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** `127.0.0.1:<port>`, as it stands in an `oci://` address. */
  host: string;
  /** Pushes files as a Flux artifact under a tag and returns the manifest's digest. */
  push(repository: string, tag: string, files: Record<string, string>, options?: PushOptions): Promise<string>;
  /** Pushes a chart (files relative to the chart's folder, with Chart.yaml) and returns the manifest's digest. */
  pushChart(
    repository: string,
    chart: { name: string; version: string },
    files: Record<string, string>,
  ): Promise<string>;
};

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

const mediaTypes = {
  flux: {
    config: 'application/vnd.cncf.flux.config.v1+json',
    content: 'application/vnd.cncf.flux.content.v1.tar+gzip',
  },
  chart: {
    config: 'application/vnd.cncf.helm.config.v1+json',
    content: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  },
};

/** Configuration of the registry process. */
export function registryConfiguration(folder: string, port: number): string {
  return stringify({
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: folder }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
  });
}

const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function expectStatus(response: Response, status: number): Promise<Response> {
  if (response.status === status) return response;
  throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
}

async function uploadBlob(url: string, repository: string, mediaType: string, content: Buffer): Promise<Descriptor> {
  const digest = digestOf(content);
  const opened = await expectStatus(await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' }), 202);
  const target = new URL(opened.headers.get('location') ?? '', url);
  target.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  await expectStatus(await fetch(target, { method: 'PUT', headers, body: new Uint8Array(content) }), 201);
  return { mediaType, digest, size: content.length };
}

async function pushManifest(
  url: string,
  repository: string,
  tag: string,
  parts: { types: { config: string; content: string }; config: object; archive: Buffer; annotations: object },
): Promise<string> {
  const config = await uploadBlob(url, repository, parts.types.config, Buffer.from(JSON.stringify(parts.config)));
  const layer = await uploadBlob(url, repository, parts.types.content, parts.archive);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config,
      layers: [layer],
      annotations: parts.annotations,
    }),
  );
  const headers = { 'content-type': manifestType };
  const body = new Uint8Array(manifest);
  await expectStatus(await fetch(`${url}/v2/${repository}/manifests/${tag}`, { method: 'PUT', headers, body }), 201);
  return digestOf(manifest);
}

/** The registry that listens on a loopback address. */
export function registryAt(host: string): Registry {
  const url = `http://${host}`;
  return {
    url,
    host,
    push: (repository, tag, files, options = {}) =>
      pushManifest(url, repository, tag, {
        types: mediaTypes.flux,
        config: {},
        archive: gzipSync(tar(files)),
        annotations: {
          'org.opencontainers.image.created': new Date().toISOString(),
          'org.opencontainers.image.source': options.source ?? 'https://git.example.com/platform/apps',
          'org.opencontainers.image.revision': options.revision ?? `${tag}@sha1:${'0'.repeat(40)}`,
        },
      }),
    pushChart: (repository, chart, files) => {
      const inFolder = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${chart.name}/${path}`, text]));
      return pushManifest(url, repository, chart.version, {
        types: mediaTypes.chart,
        config: { apiVersion: 'v2', ...chart },
        archive: gzipSync(tar(inFolder)),
        annotations: {
          'org.opencontainers.image.title': chart.name,
          'org.opencontainers.image.version': chart.version,
        },
      });
    },
  };
}
