import { groupOf } from '../../server/kube/object.ts';
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

/** The entry of an object. */
export function entryOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): Entry {
  const group = groupOf(apiVersion);
  const version = group === '' ? apiVersion : apiVersion.slice(group.length + 1);
  return inventoryEntry({ kind, group, version, name, ...(namespace !== undefined && { namespace }) });
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
    .filter(({ kind }) => kind === 'ConfigMap');
  const own = `${object.metadata.name}-settings`;
  const settings = known.find(({ name }) => name === own) ?? known[0];
  const target = textOf(object.spec?.['targetNamespace']) ?? object.metadata.namespace ?? '';
  return { namespace: settings?.namespace ?? target, name: settings?.name ?? own };
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
  await removeAll(entriesOf(object), around);
}

/** Deletes what inventory entries name. */
export async function removeAll(entries: readonly Entry[], around: Surroundings): Promise<void> {
  for (const entry of entries) {
    const { group, kind, namespace, name } = ownedOf(entry);
    await around.remove(group, kind, namespace, name);
  }
}
