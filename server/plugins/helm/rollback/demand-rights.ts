import { SluiceError } from '../../../errors.ts';
import type { AccessRule } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import { groupOf } from '../../../kube/object.ts';
import type { Asker } from '../../../operations/registry.ts';
import type { Program } from '../../../tools/program.ts';
import type { StoredRelease } from '../../flux/helm-storage/decode-release.ts';
import { notToBeShown, readManifest } from '../manifest.ts';
import type { ManifestObject } from '../manifest.ts';
import type { ReleaseSeen } from '../release-seen.ts';

interface WhatIsDone {
  seen: ReleaseSeen;
  /** To go back to, and what is there now. */
  release: StoredRelease;
  current: StoredRelease;
  helm: Program;
  wait: boolean;
  hooks: boolean;
}

/** A chart of more kinds in more namespaces is left to the API server to refuse. */
const mostRules = 300;

/**
 * Helm stops at the first thing that it may not do and leaves the release in between. So the rights for everything that
 * it will do are asked for first. Throws forbidden with those that are missing.
 */
export async function demandRights({ cluster, identity }: Asker, done: WhatIsDone): Promise<void> {
  const rules = rightsFor(cluster, done);
  const missing = await cluster.access.missing(identity, rules.slice(0, mostRules));
  if (missing.length === 0) return;
  throw new SluiceError(
    'forbidden',
    `Helm would act as you, and you lack ${missing.length === 1 ? 'a right' : 'rights'} that rolling back ${done.seen.name} takes; it would be left in between.`,
    { missing, wayOut: 'Ask whoever runs the cluster for what is missing.' },
  );
}

/** Each right once: for the storage, for what changes, appears and goes, and for the hooks that run. */
function rightsFor(cluster: Pick<Cluster, 'servedKind'>, done: WhatIsDone): AccessRule[] {
  const { seen, release, current, helm, wait, hooks } = done;
  const rules = new Map<string, AccessRule>();
  const need = (verbs: readonly string[], group: string, resource: string, namespace: string | undefined) => {
    for (const verb of verbs) {
      const rule = { verb, group, resource, ...(namespace !== undefined && { namespace }) };
      rules.set(JSON.stringify(rule), rule);
    }
  };
  const needFor = (verbs: readonly string[], object: ManifestObject, own: string) => {
    const served = cluster.servedKind(groupOf(object.apiVersion), object.kind);
    // Helm says itself what is not served.
    if (served === undefined) return;
    const namespace = object.namespace === '' ? own : object.namespace;
    need(verbs, served.group, served.resource, served.namespaced ? namespace : undefined);
  };
  const objectsOf = ({ manifest }: { manifest: string }) => readManifest(manifest, notToBeShown).objects;

  const storage = seen.revisions[0].driver === 'Secret' ? 'secrets' : 'configmaps';
  need(['get', 'list', 'create', 'update'], '', storage, seen.namespace);
  const before = objectsOf(current);
  const after = objectsOf(release);
  const keysBefore = new Set(before.map(({ key }) => key));
  const keysAfter = new Set(after.map(({ key }) => key));
  // Since Helm 4 waiting is watching.
  const watching = wait && isFour(helm) ? ['list', 'watch'] : [];
  for (const object of after) {
    needFor(['get', 'patch', ...watching], object, release.namespace);
    if (!keysBefore.has(object.key)) needFor(['create'], object, release.namespace);
  }
  for (const object of before) if (!keysAfter.has(object.key)) needFor(['get', 'delete'], object, current.namespace);
  for (const hook of hooks ? release.hooks : []) {
    if (!hook.events.some((event) => event === 'pre-rollback' || event === 'post-rollback')) continue;
    for (const object of objectsOf(hook)) needFor(['get', 'create', 'delete', ...watching], object, release.namespace);
  }
  return [...rules.values()];
}

/** Helm 4 watches, and merges on the server where a release was. */
export function isFour({ version }: Pick<Program, 'version'>): boolean {
  return Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0) >= 4;
}
