import { gzipSync } from 'node:zlib';
import type { PartialObject } from '../../../testing/fake-cluster.ts';

/** What a test wants to be in a revision; the rest is filled in. */
interface StoredInput {
  revision: number;
  status?: string;
  values?: Record<string, unknown>;
  defaults?: Record<string, unknown>;
  manifest?: string;
  notes?: string;
  hooks?: object[];
  chartVersion?: string;
  /** Into which it was installed; `shop`, where it is kept, when left out. */
  namespace?: string;
}

/** A release named `shop/web`, as Helm's Secret driver writes it. */
export function storedSecret(input: StoredInput): PartialObject {
  return { ...metadataOf(input, 'Secret'), data: { release: Buffer.from(encoded(input)).toString('base64') } };
}

/** The same by the ConfigMap driver. */
export function storedConfigMap(input: StoredInput): PartialObject {
  return { ...metadataOf(input, 'ConfigMap'), data: { release: encoded(input) } };
}

function metadataOf({ revision, status = 'superseded' }: StoredInput, kind: string): PartialObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name: `sh.helm.release.v1.web.v${revision}`,
      namespace: 'shop',
      labels: { owner: 'helm', name: 'web', status, version: String(revision), modifiedAt: '1795241264' },
    },
    ...(kind === 'Secret' && { type: 'helm.sh/release.v1' }),
  };
}

function encoded(input: StoredInput): string {
  const { revision, status = 'superseded', values = {}, defaults = {}, chartVersion = `1.0.${revision}` } = input;
  const release = {
    name: 'web',
    namespace: input.namespace ?? 'shop',
    version: revision,
    info: {
      status,
      description: 'Upgrade complete',
      first_deployed: '2026-01-01T00:00:00Z',
      last_deployed: `2026-01-0${revision}T00:00:00Z`,
      notes: input.notes ?? '',
    },
    chart: { metadata: { name: 'web', version: chartVersion, appVersion: '2.0' }, values: defaults },
    config: values,
    manifest: input.manifest ?? '',
    hooks: input.hooks ?? [],
  };
  return gzipSync(JSON.stringify(release)).toString('base64');
}
