import type { KubeObject } from '../../server/kube/object.ts';
import { inventoryEntry } from '../company/applied.ts';
import { textOf } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

/** What an inventory holds of an object: `<namespace>_<name>_<group>_<kind>` and its version. */
export interface Entry {
  id: string;
  v: string;
}

function entriesOf(object: KubeObject): Entry[] {
  return (object.status?.['inventory'] as { entries?: Entry[] } | undefined)?.entries ?? [];
}

interface Owned {
  namespace: string;
  name: string;
  group: string;
  kind: string;
}

/** What an inventory entry names. */
export function ownedOf({ id }: Entry): Owned {
  const [namespace = '', ...rest] = id.split('_');
  const kind = rest.pop() ?? '';
  const group = rest.pop() ?? '';
  return { namespace, name: rest.join('_').replaceAll('__', ':'), group, kind };
}

/** `Kind/namespace/name`, as events and log lines name an object. */
export function wordsOf(entry: Entry): string {
  const { namespace, name, kind } = ownedOf(entry);
  return namespace === '' ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** Where the ConfigMap lies that the simulation really applies. */
export function settingsPlace(object: KubeObject): { namespace: string; name: string } {
  const known = entriesOf(object)
    .map(ownedOf)
    .find((owned) => owned.kind === 'ConfigMap');
  const target = textOf(object.spec?.['targetNamespace']) ?? object.metadata.namespace ?? '';
  return { namespace: known?.namespace ?? target, name: known?.name ?? `${object.metadata.name}-settings` };
}

/**
 * Puts the one object that the simulation really applies, a ConfigMap that tells the revision, and gives the inventory.
 * A Kustomization of the company has its own settings for that; a new one gets some. Throws KubeError 404 where the
 * namespace is missing.
 */
export async function putSettings(object: KubeObject, revision: string, around: Surroundings): Promise<Entry[]> {
  const entries = entriesOf(object);
  const isKnown = entries.some((entry) => ownedOf(entry).kind === 'ConfigMap');
  if (!isKnown && entries.length > 0) return entries;
  const { namespace, name } = settingsPlace(object);
  const present = await around.fetch('ConfigMap', namespace, name);
  const data = { ...(present?.['data'] as Record<string, string> | undefined), revision };
  if (present === undefined) {
    await around.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace,
        uid: '',
        resourceVersion: '',
        labels: {
          'kustomize.toolkit.fluxcd.io/name': object.metadata.name,
          'kustomize.toolkit.fluxcd.io/namespace': object.metadata.namespace ?? '',
        },
      },
      data,
    });
  } else if ((present['data'] as Record<string, string> | undefined)?.['revision'] !== revision) {
    await around.patch(present, { data });
  }
  if (isKnown) return entries;
  return [inventoryEntry({ kind: 'ConfigMap', group: '', version: 'v1', namespace, name })];
}

/** What a Kustomization that prunes leaves behind when it is deleted: nothing of its inventory. */
export async function pruneKustomization(object: KubeObject, around: Surroundings): Promise<void> {
  if (object.spec?.['prune'] !== true || object.spec['suspend'] === true) return;
  for (const entry of entriesOf(object)) {
    const { group, kind, namespace, name } = ownedOf(entry);
    await around.remove(group, kind, namespace, name);
  }
}
