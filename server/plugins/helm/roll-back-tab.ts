import { asSluiceError } from '../../errors.ts';
import type { KubeObject } from '../../kube/object.ts';
import { maskText } from '../../mask-credentials.ts';
import type { Asker } from '../../operations/registry.ts';
import type { Tools } from '../../tools/tools.ts';
import type { PageRequest, Part } from '../../web/page.ts';
import { isSuspended, suspensionOf } from '../flux/annotations.ts';
import { objectPath } from '../flux/pages/object-view.ts';
import { actionPath } from '../flux/pages/row-actions.ts';
import { rightInWords } from '../flux/pages/words.ts';
import { listAt, numberAt, textAt } from '../flux/read.ts';
import type { StoredRelease } from '../flux/helm-storage/decode-release.ts';
import { asYaml } from './manifest.ts';
import { pendingOf } from './pending.ts';
import { openRevision, revisionAt } from './release-seen.ts';
import type { ReleaseSeen } from './release-seen.ts';
import { planRollback } from './rollback/plan-rollback.ts';
import { shownValues } from './shown-values.ts';
import type { StoredRevision } from './storage.ts';
import { revisionFrom, unreadable } from './tab.ts';
import type { TabInput } from './tab.ts';
import type { ValueSource } from './value-sources.ts';
import { keepLeaves, pathInWords } from './values.ts';
import { chartInWords, statusView } from './words.ts';

/** A choice of an earlier revision, what going back to it takes and does, the button that does it, and how to stay there. */
export async function rollBackTab(input: TabInput, tools: Tools): Promise<Part> {
  const { request, seen, stored, path } = input;
  const { cluster, identity, link, query } = request;
  const [newest, ...older] = seen.revisions;
  const pending = pendingOf(seen);
  const asked = revisionFrom(query, 'to');
  // The last one that was in force before; failed ones are no goal.
  const goal =
    asked !== undefined || pending?.before !== undefined
      ? revisionAt(seen, asked ?? pending?.before)
      : stored.revision !== newest.revision
        ? stored
        : older.find(({ status }) => status === 'superseded' || status === 'deployed');
  const options = older.map(({ revision, status }) => ({
    value: revision,
    label: `${revision}, ${statusView(status).word.toLowerCase()}`,
  }));
  const chosen = {
    action: link(path),
    options,
    to: goal?.revision ?? 0,
    newest: newest.revision,
    problem: '',
    held: heldStill(seen, link),
  };
  if (goal === undefined || goal.revision === newest.revision) {
    return { template: 'helm/roll-back.njk', model: { ...chosen, to: 0 } };
  }
  let opened: { release: StoredRelease; sources: ValueSource[] };
  try {
    opened = await openRevision(cluster, identity, seen, goal);
  } catch (thrown) {
    const { text } = unreadable(thrown).model as { text: string };
    return { template: 'helm/roll-back.njk', model: { ...chosen, problem: text, to: 0 } };
  }
  const { release } = opened;
  const place = seen.manager?.object.metadata;
  const flux = (verb: string) =>
    place === undefined ? '' : `flux ${verb} helmrelease ${place.name} -n ${place.namespace ?? ''}`;
  return {
    template: 'helm/roll-back.njk',
    model: {
      ...chosen,
      chart: chartInWords(release.chart.name, release.chart.version),
      compareHref: link(path, { tab: 'compare', from: String(newest.revision), to: String(goal.revision) }),
      manager: place === undefined ? undefined : { key: `${place.namespace ?? ''}/${place.name}` },
      managerHref: place === undefined ? '' : link(objectPath('helmreleases', place.namespace, place.name)),
      appliedBy: appliedBy(seen.manager?.object),
      isSuspended: seen.manager !== undefined && isSuspended(seen.manager.object),
      hasHooks: release.hooks.some(({ events }) => events.some((event) => event.endsWith('-rollback'))),
      fields: [
        { name: 'namespace', value: seen.namespace },
        { name: 'name', value: seen.name },
        { name: 'revision', value: goal.revision },
        { name: 'newest', value: newest.revision },
      ],
      doAction: actionPath(link, 'helm.rollback'),
      isPending: pending !== undefined,
      ...(await possibility({ cluster, identity }, tools, goal, pending !== undefined)),
      suspend: flux('suspend'),
      rollBack: `helm rollback ${seen.name} ${goal.revision} -n ${seen.namespace} --wait`,
      resume: flux('resume'),
      ...lasting(seen, opened),
    },
  };
}

/** Whether it can be done, and which helm would; what speaks against it else. */
async function possibility(asker: Asker, tools: Tools, goal: StoredRevision, interrupted: boolean) {
  try {
    const { helm, toSuspend } = await planRollback(asker, tools, {
      namespace: goal.namespace,
      name: goal.release,
      revision: goal.revision,
      interrupted,
    });
    return { helm: helm.version, suspends: toSuspend !== undefined };
  } catch (thrown) {
    const { kind, message, wayOut = '', missing } = asSluiceError(thrown);
    if (kind === 'internal') throw thrown;
    return { denied: { message, wayOut, rights: missing.map(rightInWords), isForbidden: kind === 'forbidden' } };
  }
}

/** A HelmRelease that is suspended: for what, and the button that takes it back. */
function heldStill({ manager }: ReleaseSeen, link: PageRequest['link']) {
  const suspension = manager === undefined ? undefined : suspensionOf(manager.object);
  if (manager === undefined || suspension === undefined) return undefined;
  const { by = '', at = '', reason = '' } = suspension;
  return {
    key: manager.key,
    by,
    at,
    reason: maskText(reason),
    action: actionPath(link, 'flux.resume'),
    fields: [
      { name: 'plural', value: 'helmreleases' },
      { name: 'object', value: manager.key },
    ],
  };
}

/** What to commit so that Flux itself installs what that revision was, without what is hidden. */
function lasting({ manager }: ReleaseSeen, { release, sources }: { release: StoredRelease; sources: ValueSource[] }) {
  if (manager === undefined) return { pin: [], hidden: 0 };
  const { set, origins } = shownValues(release, sources);
  const hiddenPaths = new Set(origins.flatMap((origin) => (origin.hidden ? [origin.path] : [])));
  const values = keepLeaves(set, ({ path }) => !hiddenPaths.has(pathInWords(path)));
  const pin = pinned(manager.object, release);
  if (Object.keys(values).length > 0) pin.push(asYaml({ spec: { values } }));
  return { pin, hidden: origins.filter((origin) => origin.hidden && origin.source !== 'chart').length };
}

/** The Kustomization that applies the HelmRelease: whatever is edited in the cluster is put back by it. */
function appliedBy(object: KubeObject | undefined): string {
  const labels = object?.metadata.labels ?? {};
  const name = labels['kustomize.toolkit.fluxcd.io/name'];
  const namespace = labels['kustomize.toolkit.fluxcd.io/namespace'];
  return name === undefined || namespace === undefined ? '' : `${namespace}/${name}`;
}

/** What to write in Git so that Flux itself installs the chart of that revision. */
function pinned(object: KubeObject, { revision, chart }: StoredRelease): string[] {
  const reference = textAt(object, 'spec', 'chartRef', 'kind');
  if (reference === undefined) return [asYaml({ spec: { chart: { spec: { version: chart.version } } } })];
  if (reference !== 'OCIRepository') return [];
  const told = listAt(object, 'status', 'history').find((one) => numberAt(one, 'version') === revision);
  const digest = textAt(told, 'ociDigest');
  // Flux appends the digest's beginning to the version, which is no part of the tag.
  const tag = chart.version.replace(/\+.*$/, '');
  const name = textAt(object, 'spec', 'chartRef', 'name') ?? '';
  return [`# OCIRepository ${name}\n${asYaml({ spec: { ref: digest === undefined ? { tag } : { tag, digest } } })}`];
}
