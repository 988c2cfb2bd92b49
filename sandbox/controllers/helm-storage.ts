import { gunzipSync, gzipSync } from 'node:zlib';
import { parseAllDocuments } from 'yaml';
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

function storedAt(object: KubeObject, version: number, around: Surroundings): Promise<KubeObject | undefined> {
  const name = `sh.helm.release.v1.${releaseName(object)}.v${version}`;
  return around.fetch('Secret', object.metadata.namespace ?? '', name);
}

/** The newest revision in Helm's storage from this one on: somebody else may have written some. */
export async function newestStored(object: KubeObject, from: number, around: Surroundings): Promise<number> {
  let newest = from;
  while ((await storedAt(object, newest + 1, around)) !== undefined) newest += 1;
  return newest;
}

function releaseIn(secret: KubeObject | undefined): Release | undefined {
  const data = (secret?.['data'] as { release?: string } | undefined)?.release;
  return data === undefined ? undefined : decoded(data);
}

/** Puts what is there back to the manifest. */
async function applyManifest(manifest: unknown, around: Surroundings): Promise<void> {
  for (const document of parseAllDocuments(typeof manifest === 'string' ? manifest : '')) {
    const wanted = document.toJS() as KubeObject | null;
    if (wanted?.spec === undefined) continue;
    const { name, namespace = '' } = wanted.metadata;
    const present = await around.fetch(wanted.kind, namespace, name);
    if (present !== undefined) await around.patch(present, { spec: wanted.spec });
    else await around.create({ ...wanted, metadata: { ...wanted.metadata, uid: '', resourceVersion: '' } });
  }
}

/**
 * Adds the new revision to Helm's storage, made from the last one that the controller has written itself, where the
 * release is kept there. What somebody else has written since is undone.
 */
export async function putStorage(
  object: KubeObject,
  snapshot: Snapshot,
  own: number,
  around: Surroundings,
): Promise<void> {
  const namespace = object.metadata.namespace ?? '';
  const nameOf = (version: number) => `sh.helm.release.v1.${releaseName(object)}.v${version}`;
  const previous = await storedAt(object, snapshot.version - 1, around);
  const before = releaseIn(previous);
  const known = own === snapshot.version - 1 ? before : releaseIn(await storedAt(object, own, around));
  if (previous === undefined || before === undefined || known === undefined) return;
  if (known !== before) await applyManifest(known['manifest'], around);
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
  const superseded = { ...before, info: { ...before.info, status: 'superseded' } };
  await around.patch(previous, {
    metadata: { labels: { status: 'superseded' } },
    data: { release: encoded(superseded) },
  });
}
