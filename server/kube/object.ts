/** The metadata every Kubernetes object carries, as the API server sends it. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  [field: string]: unknown;
}

/** A Kubernetes object as plain JSON, nothing dropped or coerced. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

/** A resource of an API group, whatever version serves it. `group` is '' for the core group; `resource` is the plural. */
export interface GroupResource {
  group: string;
  resource: string;
}

/** A resource as the API server serves it. */
export interface ServedResource extends GroupResource {
  version: string;
  kind: string;
  namespaced: boolean;
}

/** `group/version`, or just the version in the core group. */
export function apiVersionOf(served: Pick<ServedResource, 'group' | 'version'>): string {
  return served.group === '' ? served.version : `${served.group}/${served.version}`;
}

/** The group of an `apiVersion`: `source.toolkit.fluxcd.io/v1` → `source.toolkit.fluxcd.io`, `v1` → ''. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** The path of a resource's collection or of one object in the API server. */
export function resourcePath(served: ServedResource, namespace?: string, name?: string, subresource?: string): string {
  const root = served.group === '' ? `/api/${served.version}` : `/apis/${served.group}/${served.version}`;
  const scope = namespace === undefined || !served.namespaced ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  const part = subresource === undefined ? '' : `/${subresource}`;
  return `${root}${scope}/${served.resource}${object}${part}`;
}

/** `namespace/name`, or `/name` for what has no namespace: the key of an object within its collection. */
export function keyOf(object: { metadata: Pick<ObjectMeta, 'name' | 'namespace'> }): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
