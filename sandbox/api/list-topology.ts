/**
 * How a field is merged and owned: `items` of a list are known by some of their fields, `values` of a set by themselves,
 * `whole` is one value whatever stands in it. Undefined: a map field by field, a list as a whole.
 */
type Topology = { type: 'items'; keys: readonly string[] } | { type: 'values' } | { type: 'whole' } | undefined;

/** The topology of a field by the names on the way to it; items of lists are left out of the way. */
export type TopologyOf = (way: readonly string[]) => Topology;

/** Lists of custom resources are whole unless their definition says otherwise, which those of Flux do not. */
export const customTopology: TopologyOf = (way) => metadataTopology(way);

function metadataTopology(way: readonly string[]): Topology {
  if (way.length !== 2 || way[0] !== 'metadata') return undefined;
  if (way[1] === 'ownerReferences') return items('uid');
  return way[1] === 'finalizers' ? { type: 'values' } : undefined;
}

function items(...keys: readonly string[]): Topology {
  return { type: 'items', keys };
}

/** Lists of pods and what is around them, by their names (Kubernetes' `x-kubernetes-list-map-keys`). */
const byName: Readonly<Record<string, Topology>> = {
  containers: items('name'),
  initContainers: items('name'),
  ephemeralContainers: items('name'),
  env: items('name'),
  volumes: items('name'),
  imagePullSecrets: items('name'),
  volumeMounts: items('mountPath'),
  volumeDevices: items('devicePath'),
  hostAliases: items('ip'),
  topologySpreadConstraints: items('topologyKey', 'whenUnsatisfiable'),
  conditions: items('type'),
};

/** Maps that belong together: who sets one of their fields sets them all. */
const wholeMaps = new Set(['selector', 'nodeSelector', 'labelSelector', 'roleRef', 'scaleTargetRef', 'valueFrom']);

/** Resources of Kubernetes itself. */
export const builtInTopology: TopologyOf = (way) => {
  const inMetadata = metadataTopology(way);
  if (inMetadata !== undefined || way[0] === 'metadata' || way[0] === 'data') return inMetadata;
  const name = way.at(-1) ?? '';
  if (name === 'ports') return way.at(-2) === 'containers' ? items('containerPort', 'protocol') : servicePorts(way);
  if (wholeMaps.has(name)) return { type: 'whole' };
  return Object.hasOwn(byName, name) ? byName[name] : undefined;
};

function servicePorts(way: readonly string[]): Topology {
  return way.length === 2 && way[0] === 'spec' ? items('port', 'protocol') : undefined;
}

/** Keys that an item need not spell out. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

/** The step to an item as `managedFields` writes it: `k:{"name":"web"}`. */
export function stepOfItem(item: unknown, keys: readonly string[]): string {
  const fields = (item ?? {}) as Record<string, unknown>;
  return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, fields[key] ?? keyDefaults[key] ?? null])))}`;
}
