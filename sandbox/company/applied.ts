/** An object that a Kustomization or a HelmRelease applied. */
export interface Applied {
  kind: string;
  group: string;
  version: string;
  namespace?: string;
  name: string;
  /** Of a workload: what it runs and how it fares. */
  image?: string;
  replicas?: number;
  health?: 'healthy' | 'crashing' | 'image-missing' | 'rolling-out' | 'unschedulable' | 'out-of-memory';
  data?: Record<string, string>;
}

type Place = { namespace: string; name: string };

/** What most applications consist of: a Deployment, its Service and its ConfigMap. */
export function application(
  place: Place & { image: string; replicas?: number; health?: Applied['health']; data?: Record<string, string> },
): Applied[] {
  const { namespace, name, image, replicas = 2, health = 'healthy', data = { LOG_LEVEL: 'info' } } = place;
  return [
    { kind: 'ConfigMap', group: '', version: 'v1', namespace, name: `${name}-settings`, data },
    { kind: 'Service', group: '', version: 'v1', namespace, name },
    { kind: 'Deployment', group: 'apps', version: 'v1', namespace, name, image, replicas, health },
  ];
}

export function appliedObject(kind: string, apiVersion: string, place: { namespace?: string; name: string }): Applied {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return { kind, group: group ?? '', version: version ?? 'v1', ...place };
}

/** An inventory entry in Flux's own form: `<namespace>_<name>_<group>_<kind>`, a colon of a name written `__`. */
export function inventoryEntry(applied: Applied): { id: string; v: string } {
  const name = applied.name.replaceAll(':', '__');
  return { id: `${applied.namespace ?? ''}_${name}_${applied.group}_${applied.kind}`, v: applied.version };
}

export function inventoryOf(applied: readonly Applied[]): { entries: { id: string; v: string }[] } {
  const entries = applied.map(inventoryEntry);
  return { entries: entries.toSorted((one, other) => (one.id < other.id ? -1 : 1)) };
}
