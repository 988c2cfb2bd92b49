import { gunzipSync, gzipSync } from 'node:zlib';
import type { KubeObject } from '../../server/kube/object.ts';
import { instant } from '../company/time.ts';
import { textOf } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

/** A revision of a release, as its history keeps it. */
export interface Snapshot extends Record<string, unknown> {
  version: number;
  status: string;
  chartName: string;
  chartVersion: string;
}

/** The name under which Helm knows the release. */
export function releaseName(object: KubeObject): string {
  const target = textOf(object.spec?.['targetNamespace']);
  return textOf(object.spec?.['releaseName']) ?? (target === undefined ? '' : `${target}-`) + object.metadata.name;
}

type Release = Record<string, unknown> & { info: object; chart: { metadata: object } };

function decoded(release: string): Release {
  const inner = Buffer.from(release, 'base64').toString();
  return JSON.parse(gunzipSync(Buffer.from(inner, 'base64')).toString()) as Release;
}

function encoded(release: Release): string {
  return Buffer.from(gzipSync(JSON.stringify(release)).toString('base64')).toString('base64');
}

/** Adds the new revision to Helm's storage, made from the one before, where the release is kept there. */
export async function putStorage(object: KubeObject, snapshot: Snapshot, around: Surroundings): Promise<void> {
  const namespace = object.metadata.namespace ?? '';
  const nameOf = (version: number) => `sh.helm.release.v1.${releaseName(object)}.v${version}`;
  const previous = await around.fetch('Secret', namespace, nameOf(snapshot.version - 1));
  const data = (previous?.['data'] as { release?: string } | undefined)?.release;
  if (previous === undefined || data === undefined) return;
  const known = decoded(data);
  const now = around.clock.now();
  const next: Release = {
    ...known,
    info: { ...known.info, last_deployed: instant(now), status: 'deployed', description: 'Upgrade complete' },
    chart: { ...known.chart, metadata: { ...known.chart.metadata, version: snapshot.chartVersion } },
    config: object.spec?.['values'] ?? {},
    version: snapshot.version,
  };
  await around.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: nameOf(snapshot.version),
      namespace,
      uid: '',
      resourceVersion: '',
      labels: {
        modifiedAt: String(Math.floor(now.getTime() / 1000)),
        name: releaseName(object),
        owner: 'helm',
        status: 'deployed',
        version: String(snapshot.version),
      },
    },
    type: 'helm.sh/release.v1',
    data: { release: encoded(next) },
  });
  if (previous.metadata.labels?.['status'] !== 'deployed') return;
  const superseded = { ...known, info: { ...known.info, status: 'superseded' } };
  await around.patch(previous, {
    metadata: { labels: { status: 'superseded' } },
    data: { release: encoded(superseded) },
  });
}
