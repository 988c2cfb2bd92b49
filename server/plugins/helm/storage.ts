import { SluiceError, asSluiceError } from '../../errors.ts';
import { forgetKept, keepBriefly } from '../../kube/brief-reads.ts';
import type { Cluster, Problem } from '../../kube/cluster.ts';
import type { Identity } from '../../kube/identity.ts';
import { createLimit } from '../../kube/limit.ts';
import { resourcePath } from '../../kube/object.ts';
import type { KubeObject, ServedResource } from '../../kube/object.ts';
import { knownNamespaces } from '../../kube/visible.ts';
import { decodeRelease } from '../flux/helm-storage/decode-release.ts';
import type { StoredRelease } from '../flux/helm-storage/decode-release.ts';

/** Where a revision of a release is kept, known without reading it. */
export interface StoredRevision {
  driver: 'Secret' | 'ConfigMap';
  namespace: string;
  release: string;
  revision: number;
  /** Helm's word, from the label; `unknown` without one. */
  status: string;
  /** When Helm last wrote it, ISO instant. */
  writtenAt: string | undefined;
  objectName: string;
  uid: string;
  resourceVersion: string;
}

/** What Helm keeps in one namespace, or in all that the asker may list. */
export interface Storage {
  revisions: StoredRevision[];
  /** Objects that say they are Helm's and are not named as Helm names them. */
  foreign: string[];
  problems: Problem[];
}

/** What a history tells of a revision: enough not to read it again. */
export interface RevisionOutline {
  chart: string;
  chartVersion: string;
  appVersion: string | undefined;
  description: string;
  deployedAt: string | undefined;
  /** Why it cannot be read, one sentence. */
  damage: string | undefined;
}

export const secrets: ServedResource = {
  group: '',
  version: 'v1',
  resource: 'secrets',
  kind: 'Secret',
  namespaced: true,
};
const configMaps: ServedResource = { ...secrets, resource: 'configmaps', kind: 'ConfigMap' };

const listKeptSeconds = 2.5;
const releaseKeptSeconds = 30;
const outlineKeptSeconds = 600;
const answersWithin = 10_000;
const pageSize = 500;
const mostPages = 40;
/** Releases are large: so many are read and unpacked at a time. */
const limit = createLimit(6);

/**
 * The revisions Helm keeps in a namespace, by metadata alone. Throws forbidden naming the right when the asker may list
 * neither of the kinds Helm keeps them in; what only one driver would hold is a problem of the answer.
 */
export async function listStorage(cluster: Cluster, identity: Identity, namespace: string): Promise<Storage> {
  const [inSecrets, inConfigMaps] = await Promise.all([
    listDriver(cluster, identity, secrets, namespace),
    // Few clusters keep releases in ConfigMaps, and who may not list them there misses nothing Flux has installed.
    listDriver(cluster, identity, configMaps, namespace).catch((thrown: unknown) => {
      const error = asSluiceError(thrown);
      if (error.kind === 'internal') throw thrown;
      return [];
    }),
  ]);
  return storageOf([...inSecrets, ...inConfigMaps], []);
}

/** The revisions of one release as they are this moment, nothing of it kept. Throws as `listStorage`. */
export async function revisionsNow(
  cluster: Cluster,
  identity: Identity,
  { driver, namespace, release }: Pick<StoredRevision, 'driver' | 'namespace' | 'release'>,
): Promise<StoredRevision[]> {
  const resource = driver === 'Secret' ? secrets : configMaps;
  // Whoever looks at this moment shall not be shown less.
  forgetKept(cluster, identity, listKey(resource, namespace));
  return revisionsOf(storageOf(await readDriver(cluster, identity, resource, namespace), []), release);
}

/** The same of every namespace whose Secrets the asker may list. Where that is none, the answer says which right is missing. */
export async function listAllStorage(cluster: Cluster, identity: Identity): Promise<Storage> {
  const scope = await cluster.access.scope(identity, 'list', secrets, knownNamespaces(cluster));
  if (scope.all) {
    const [inSecrets, inConfigMaps] = await Promise.all([
      listDriver(cluster, identity, secrets, undefined),
      (await cluster.access.can(identity, { verb: 'list', group: '', resource: 'configmaps' }))
        ? listDriver(cluster, identity, configMaps, undefined)
        : [],
    ]);
    return storageOf([...inSecrets, ...inConfigMaps], []);
  }
  if (scope.namespaces.size === 0) {
    throw new SluiceError(
      'forbidden',
      'Helm keeps its releases in Secrets, and you may list Secrets in no namespace.',
      {
        missing: [{ verb: 'list', group: '', resource: 'secrets' }],
      },
    );
  }
  const parts = await Promise.all([...scope.namespaces].map((namespace) => listStorage(cluster, identity, namespace)));
  return {
    revisions: parts.flatMap((part) => part.revisions),
    foreign: parts.flatMap((part) => part.foreign),
    problems: [
      {
        kind: 'forbidden',
        subject: 'Releases',
        message: `Only releases in ${[...scope.namespaces].toSorted().join(', ')} are shown: you may list Secrets nowhere else.`,
        missing: [{ verb: 'list', group: '', resource: 'secrets' }],
      },
    ],
  };
}

/** A revision with all it holds, read as the asker. Throws forbidden, not_found, failed (damaged) and too_large. */
export function readRevision(cluster: Cluster, identity: Identity, stored: StoredRevision): Promise<StoredRelease> {
  const place = ['helm release', stored.uid, stored.resourceVersion];
  return keepBriefly(cluster, identity, place, releaseKeptSeconds, () => readRevisionNow(cluster, identity, stored));
}

/** The same as the API server answers this moment, kept by nobody. */
export function readRevisionNow(cluster: Cluster, identity: Identity, stored: StoredRevision): Promise<StoredRelease> {
  return limit(async () => {
    const resource = stored.driver === 'Secret' ? secrets : configMaps;
    const object = await cluster.client.json<KubeObject>({
      path: resourcePath(resource, stored.namespace, stored.objectName),
      as: identity,
      timeoutMilliseconds: answersWithin,
    });
    return decodeRelease({ ...object, kind: resource.kind });
  });
}

/**
 * What a history tells of a revision. A damaged one says so; other failures are thrown. A revision is written anew when it
 * changes, so what was read of one is kept for minutes.
 */
export function readOutline(cluster: Cluster, identity: Identity, stored: StoredRevision): Promise<RevisionOutline> {
  const place = ['helm outline', stored.uid, stored.resourceVersion];
  return keepBriefly(cluster, identity, place, outlineKeptSeconds, async () => {
    try {
      const { chart, description, lastDeployed } = await readRevision(cluster, identity, stored);
      return {
        chart: chart.name,
        chartVersion: chart.version,
        appVersion: chart.appVersion,
        description,
        deployedAt: lastDeployed,
        damage: undefined,
      };
    } catch (thrown) {
      const error = asSluiceError(thrown);
      if (error.kind !== 'failed' && error.kind !== 'too_large') throw thrown;
      return {
        chart: '',
        chartVersion: '',
        appVersion: undefined,
        description: '',
        deployedAt: undefined,
        damage: error.message,
      };
    }
  });
}

/** Newest first. */
export function revisionsOf({ revisions }: Storage, release: string): StoredRevision[] {
  return revisions
    .filter((stored) => stored.release === release)
    .toSorted((one, other) => other.revision - one.revision);
}

/** The newest revision of every release, by namespace and name. */
export function newestOf({ revisions }: Pick<Storage, 'revisions'>): StoredRevision[] {
  const newest = new Map<string, StoredRevision>();
  for (const stored of revisions) {
    const key = `${stored.namespace}/${stored.release}`;
    const known = newest.get(key);
    if (known === undefined || known.revision < stored.revision) newest.set(key, stored);
  }
  return [...newest].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, stored]) => stored);
}

/** The metadata of what Helm's driver for `resource` has written. Throws KubeError. */
function listDriver(
  cluster: Cluster,
  identity: Identity,
  resource: ServedResource,
  namespace: string | undefined,
): Promise<KubeObject[]> {
  return keepBriefly(cluster, identity, listKey(resource, namespace), listKeptSeconds, () =>
    readDriver(cluster, identity, resource, namespace),
  );
}

function listKey(resource: ServedResource, namespace: string | undefined): string[] {
  return ['helm storage', resourcePath(resource, namespace)];
}

async function readDriver(
  cluster: Cluster,
  identity: Identity,
  resource: ServedResource,
  namespace: string | undefined,
): Promise<KubeObject[]> {
  const objects: KubeObject[] = [];
  let next: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await cluster.client.json<{ metadata?: { continue?: string }; items?: KubeObject[] }>({
      path: resourcePath(resource, namespace),
      query: { labelSelector: 'owner=helm', limit: String(pageSize), ...(next !== undefined && { continue: next }) },
      as: identity,
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
      timeoutMilliseconds: answersWithin,
    });
    for (const { metadata } of answer.items ?? [])
      if (metadata.labels?.['owner'] === 'helm') objects.push({ apiVersion: 'v1', kind: resource.kind, metadata });
    next = answer.metadata?.continue;
    if (next === undefined || next === '') return objects;
  }
  throw new SluiceError('too_large', `There are more than ${mostPages * pageSize} revisions of releases here.`, {
    wayOut: 'Look at one namespace at a time.',
  });
}

function storageOf(objects: readonly KubeObject[], problems: Problem[]): Storage {
  const revisions: StoredRevision[] = [];
  const foreign: string[] = [];
  for (const { kind, metadata } of objects) {
    const { name, namespace = '', labels = {}, uid, resourceVersion } = metadata;
    const named = /^sh\.helm\.release\.v1\.(.+)\.v([1-9]\d{0,8})$/.exec(name);
    if (named === null) {
      foreign.push(`${kind} ${namespace}/${name}`);
      continue;
    }
    revisions.push({
      driver: kind === 'ConfigMap' ? 'ConfigMap' : 'Secret',
      namespace,
      release: named[1] ?? '',
      revision: Number(named[2]),
      status: labels['status'] ?? 'unknown',
      writtenAt: writtenAt(labels['modifiedAt'] ?? labels['createdAt']) ?? metadata.creationTimestamp,
      objectName: name,
      uid,
      resourceVersion,
    });
  }
  return { revisions, foreign, problems };
}

/** Helm writes seconds since 1970. */
function writtenAt(seconds: string | undefined): string | undefined {
  return seconds !== undefined && /^\d{9,11}$/.test(seconds)
    ? new Date(Number(seconds) * 1000).toISOString()
    : undefined;
}
