import { crdStorage, definitionsOf } from './crd.ts';
import { builtInResources, groupVersion, type ResourceDefinition } from './resources.ts';
import type { Store } from './store.ts';

/** The resources served at this moment: the built-in ones and what the stored CustomResourceDefinitions define. */
export interface Registry {
  find: (group: string, version: string, plural: string) => ResourceDefinition | undefined;
  /** The definition of an object by its own words. */
  ofKind: (apiVersion: string, kind: string) => ResourceDefinition | undefined;
  /** Everything served, groups together, in the order of discovery. */
  all: () => readonly ResourceDefinition[];
}

/** Most stable and newest first: v2, v1, v1beta2, v1beta1, v1alpha1, as Kubernetes prefers versions. */
export function byPreference(a: string, b: string): number {
  const rank = (version: string): number[] => {
    const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
    if (major === undefined) return [-1, 0, 0];
    const stability = { alpha: 0, beta: 1 }[stage ?? ''] ?? 2;
    return [stability, Number(major), Number(minor ?? 0)];
  };
  const [left, right] = [rank(a), rank(b)];
  const difference = left.map((part, index) => (right[index] ?? 0) - part).find((each) => each !== 0);
  return difference ?? (a < b ? -1 : 1);
}

/** A registry that follows the store. */
export function createRegistry(store: Store): Registry {
  let known: readonly ResourceDefinition[] | undefined;
  store.subscribe((change) => {
    if (change.resource === crdStorage) known = undefined;
  });

  function all(): readonly ResourceDefinition[] {
    if (known) return known;
    const custom = store
      .list(crdStorage)
      .flatMap(definitionsOf)
      .toSorted((a, b) => (a.group === b.group ? byPreference(a.version, b.version) : a.group < b.group ? -1 : 1));
    known = [...builtInResources, ...custom];
    return known;
  }

  return {
    all,
    find: (group, version, plural) =>
      all().find((each) => each.group === group && each.version === version && each.plural === plural),
    ofKind: (apiVersion, kind) => all().find((each) => each.kind === kind && groupVersion(each) === apiVersion),
  };
}
