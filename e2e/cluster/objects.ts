import type { TestCluster } from './cluster.ts';
import { RequestError, type KubeObject } from './requests.ts';

type Resource = { name: string; kind: string; namespaced: boolean; group?: string; version?: string };

/** Where an API server serves a kind: the part of the path before the name, and the version it is served in. */
export type ResourcePath = { plural: string; namespaced: boolean; prefix: string; apiVersion: string; status: boolean };

type Request = TestCluster['request'];

const wellKnown: Record<string, { plural: string; namespaced: boolean }> = {
  Namespace: { plural: 'namespaces', namespaced: false },
  ClusterRole: { plural: 'clusterroles', namespaced: false },
  ClusterRoleBinding: { plural: 'clusterrolebindings', namespaced: false },
  RoleBinding: { plural: 'rolebindings', namespaced: true },
};

const apiPrefix = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** The collection's path for an object of a served resource. */
export function collectionPath(resource: ResourcePath, namespace: string | undefined): string {
  const scope = resource.namespaced ? `/namespaces/${namespace ?? 'default'}` : '';
  return `${resource.prefix}${scope}/${resource.plural}`;
}

/** Creates one of the few kinds a cluster is started with; one that is there already is left as it is. */
export async function createObject(request: Request, object: KubeObject): Promise<void> {
  const known = wellKnown[object.kind];
  if (!known) throw new Error(`No path is known for ${object.kind}.`);
  const resource = { ...known, prefix: apiPrefix(object.apiVersion), apiVersion: object.apiVersion, status: false };
  try {
    await request('POST', collectionPath(resource, object.metadata.namespace), object);
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 409) throw error;
  }
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

async function servedVersions(request: Request, group: string, wanted: string): Promise<string[]> {
  if (group === '') return [wanted];
  try {
    type Group = { versions: { groupVersion: string }[]; preferredVersion: { groupVersion: string } };
    const served = await request<Group>('GET', `/apis/${group}`);
    const all = [served.preferredVersion.groupVersion, ...served.versions.map(({ groupVersion }) => groupVersion)];
    return [...new Set([...all.filter((version) => version === wanted), ...all])];
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return [];
    throw error;
  }
}

/** Creates objects of any served kind in their order; one that is there already is left as it is. */
export async function createObjects(request: Request, objects: readonly KubeObject[]): Promise<void> {
  const find = resourceFinder(request);
  for (const object of objects) {
    const resource = await find(object);
    if (!resource) throw new Error(`${object.apiVersion} ${object.kind} is not served.`);
    try {
      await request('POST', collectionPath(resource, object.metadata.namespace), object);
    } catch (error) {
      if (!(error instanceof RequestError) || error.status !== 409) throw error;
    }
  }
}

/**
 * Finds where kinds are served, asking the API server once per group and version. A kind that is not served in the
 * wanted version is looked for in the group's others.
 */
export function resourceFinder(request: Request): (object: KubeObject) => Promise<ResourcePath | undefined> {
  const versions = new Map<string, Promise<string[]>>();
  const lists = new Map<string, Promise<Resource[]>>();
  const remember = <T>(map: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> => {
    const known = map.get(key) ?? ask();
    map.set(key, known);
    return known;
  };
  return async ({ apiVersion, kind }) => {
    const candidates = await remember(versions, apiVersion, () =>
      servedVersions(request, groupOf(apiVersion), apiVersion),
    );
    for (const candidate of candidates) {
      const prefix = apiPrefix(candidate);
      const resources = await remember(
        lists,
        candidate,
        async () => (await request<{ resources: Resource[] }>('GET', prefix)).resources,
      );
      const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
      if (!found) continue;
      const status = resources.some((resource) => resource.name === `${found.name}/status`);
      return { plural: found.name, namespaced: found.namespaced, prefix, apiVersion: candidate, status };
    }
    return undefined;
  };
}
