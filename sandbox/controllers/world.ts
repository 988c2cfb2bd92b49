import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from '../company/conditions.ts';
import { digestOf, gitRevision } from '../company/invent.ts';

/** Why something outside the cluster, or in what is applied, does not work. */
export interface Failure {
  reason: string;
  message: string;
  /** Tried so often that it was given up: the Stalled condition. */
  stalled?: { reason: string; message: string };
}

/**
 * What lies outside the cluster and cannot be seen through the API: repositories with their commits, registries with
 * their tags, which of them can be reached, and what would not work if it were applied.
 */
export interface World {
  /** Why this object fails, if it does. A change of its spec other than `suspend` is taken for the repair. */
  failureOf(object: KubeObject): Failure | undefined;
  /** Lets an object fail until it is healed. */
  fail(kind: string, key: string, failure: Failure): void;
  heal(kind: string, key: string): void;
  /** A new commit (or push) at an address. */
  commit(address: string): void;
  /** The revision at an address, `initially` until the first commit there. */
  revisionAt(address: string, reference: string, initially: string): string;
  /** How many commits an address has seen. */
  commitsAt(address: string): number;
  /** Hosts that cannot be reached. */
  cutOff: Set<string>;
  /** What has been in deletion since the beginning: something that is never shown holds it. */
  isStuck(object: KubeObject): boolean;
}

/** Reasons that follow from other objects of the cluster: the controllers find out by themselves. */
const derived = new Set(['DependencyNotReady', 'SourceNotReady']);

function isDerived({ reason, message }: Failure): boolean {
  if (derived.has(reason)) return true;
  if (reason === 'ArtifactFailed') return !message.includes('path not found');
  return /(secrets|configmaps) "[^"]+" not found/.test(message);
}

/** The wish of an object, whether suspended or not. */
function wishOf(object: KubeObject): string {
  const { suspend: _, ...spec } = object.spec ?? {};
  return JSON.stringify(spec);
}

function placeOf(kind: string, key: string): string {
  return `${kind} ${key}`;
}

function keyed(object: KubeObject): string {
  return placeOf(object.kind, `${object.metadata.namespace ?? ''}/${object.metadata.name}`);
}

/** What an object says of itself, if it is failing for a cause that lies outside the cluster. */
function presentFailure(object: KubeObject): Failure | undefined {
  const ready = conditionOf(object.status, 'Ready');
  if (ready?.status !== 'False') return undefined;
  const stalled = conditionOf(object.status, 'Stalled');
  const failure: Failure = {
    reason: ready.reason,
    message: ready.message,
    ...(stalled?.status === 'True' ? { stalled: { reason: stalled.reason, message: stalled.message } } : {}),
  };
  return isDerived(failure) ? undefined : failure;
}

/** A world in which what fails in the cluster now goes on failing. */
export function createWorld(objects: Iterable<KubeObject>): World {
  const failures = new Map<string, { failure: Failure; wish?: string }>();
  const stuck = new Set<string>();
  const commits = new Map<string, number>();
  for (const object of objects) {
    if (object.metadata.deletionTimestamp !== undefined) stuck.add(object.metadata.uid);
    const failure = presentFailure(object);
    if (failure !== undefined) failures.set(keyed(object), { failure, wish: wishOf(object) });
  }
  return {
    failureOf(object) {
      const place = keyed(object);
      const known = failures.get(place);
      if (known?.wish !== undefined && known.wish !== wishOf(object)) {
        failures.delete(place);
        return undefined;
      }
      return known?.failure;
    },
    fail: (kind, key, failure) => void failures.set(placeOf(kind, key), { failure }),
    heal: (kind, key) => void failures.delete(placeOf(kind, key)),
    commit: (address) => void commits.set(address, (commits.get(address) ?? 0) + 1),
    commitsAt: (address) => commits.get(address) ?? 0,
    revisionAt(address, reference, initially) {
      const count = commits.get(address) ?? 0;
      if (count === 0) return initially;
      return address.startsWith('oci:') || !/^(https?|ssh):/.test(address)
        ? `${reference}@${digestOf(`${address} ${count}`)}`
        : gitRevision(reference, `${address} ${count}`);
    },
    cutOff: new Set(),
    isStuck: (object) => stuck.has(object.metadata.uid),
  };
}
