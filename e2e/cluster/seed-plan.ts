import { untouchedLabel } from './control-plane.ts';
import type { KubeObject } from './requests.ts';

/** How one complete object comes into being on a server that decides over uid, generation and deletion itself. */
export type SeedPlan = {
  /** What is created: no status, no field that the server owns. */
  object: KubeObject;
  status: Record<string, unknown> | undefined;
  /** What the object calls itself where others refer to it. */
  uid: string | undefined;
  /** The generation its status speaks of as the latest. */
  generation: number;
  /** Its status is about an older generation, so the spec has to change once after creation. */
  behind: boolean;
  /** Held by a finalizer after its deletion. */
  terminating: boolean;
};

type Json = Record<string, unknown>;

const serverOwned = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
];

const generationFields = ['observedGeneration', 'lastAttemptedGeneration'];

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects of Flux: only those have controllers that the label keeps away. */
const isFluxObject = ({ apiVersion }: KubeObject): boolean => /\.fluxcd\.io\//.test(apiVersion);

/** Splits an object with server-owned fields and status into the steps that bring it about. */
export function planObject(complete: KubeObject): SeedPlan {
  const { status, ...rest } = complete;
  const metadata = { ...complete.metadata };
  for (const field of serverOwned) delete metadata[field];
  if (isFluxObject(complete)) {
    metadata['labels'] = {
      ...(isObject(metadata['labels']) ? metadata['labels'] : {}),
      [untouchedLabel.key]: untouchedLabel.value,
    };
  }
  const generation = Number(complete.metadata['generation'] ?? 1);
  const observed = isObject(status) ? status['observedGeneration'] : undefined;
  const uid = complete.metadata['uid'];
  return {
    object: { ...rest, metadata },
    status: isObject(status) ? status : undefined,
    uid: typeof uid === 'string' ? uid : undefined,
    generation,
    behind: typeof observed === 'number' && observed > 0 && observed < generation,
    terminating: complete.metadata['deletionTimestamp'] !== undefined,
  };
}

/**
 * The status with its generations counted as the server counts: the latest is `created`, an older one the one before.
 * Zero and -1 mean "none yet" and stay.
 */
export function statusFor(status: Json, planned: number, created: number): Json {
  const convert = (value: unknown, field?: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => convert(item));
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, key)]));
    if (field === undefined || !generationFields.includes(field) || typeof value !== 'number' || value <= 0)
      return value;
    return value >= planned ? created : Math.max(1, created - 1);
  };
  return convert(status) as Json;
}

/**
 * The object with references to others as the server named them. An owner the server does not know is left out: the
 * garbage collector would delete what it owned.
 */
export function withReferences(object: KubeObject, uids: ReadonlyMap<string, string>): KubeObject {
  const owners = object.metadata['ownerReferences'];
  const involved = object['involvedObject'];
  const metadata = { ...object.metadata };
  if (Array.isArray(owners)) {
    metadata['ownerReferences'] = owners
      .filter((owner: Json) => uids.has(String(owner['uid'])))
      .map((owner: Json) => ({ ...owner, uid: uids.get(String(owner['uid'])) }));
  }
  if (!isObject(involved)) return { ...object, metadata };
  const { resourceVersion: _resourceVersion, ...reference } = involved;
  return {
    ...object,
    metadata,
    involvedObject: { ...reference, uid: uids.get(String(involved['uid'])) ?? involved['uid'] },
  };
}

/** Neighbours of one kind together, in the given order: within a group nothing waits for another. */
export function groupByKind<T extends { object: KubeObject }>(plans: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const plan of plans) {
    const current = groups.at(-1);
    if (current?.[0]?.object.kind === plan.object.kind) current.push(plan);
    else groups.push([plan]);
  }
  return groups;
}
