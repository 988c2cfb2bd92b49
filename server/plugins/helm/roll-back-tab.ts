import type { KubeObject } from '../../kube/object.ts';
import type { Part } from '../../web/page.ts';
import { asSluiceError } from '../../errors.ts';
import { objectPath } from '../flux/pages/object-view.ts';
import { listAt, numberAt, textAt } from '../flux/read.ts';
import { asYaml } from './manifest.ts';
import { openRevision, revisionAt } from './release-seen.ts';
import { revisionFrom, unreadable } from './tab.ts';
import type { TabInput } from './tab.ts';
import { shownValues } from './shown-values.ts';
import type { StoredRelease } from './decode-release.ts';
import { keepLeaves, pathInWords } from './values.ts';
import { statusView } from './words.ts';

/**
 * How to get back to an earlier revision so that it stays. Sluice does not do it: a rollback is written, applied, waited
 * for and its hooks run by Helm, and the lasting way is a change in Git.
 */
export async function rollBackTab(input: TabInput): Promise<Part> {
  const { request, seen, stored, path } = input;
  const { cluster, identity, link, query } = request;
  const [newest, ...older] = seen.revisions;
  const asked = revisionFrom(query, 'to');
  // The last one that was in force before; failed ones are no goal.
  const goal =
    asked !== undefined
      ? revisionAt(seen, asked)
      : stored.revision !== newest.revision
        ? stored
        : older.find(({ status }) => status === 'superseded' || status === 'deployed');
  const options = older.map(({ revision, status }) => ({
    value: revision,
    label: `${revision}, ${statusView(status).word.toLowerCase()}`,
  }));
  const chosen = { action: link(path), options, to: goal?.revision ?? 0, newest: newest.revision, problem: '' };
  const busy = newest.status.startsWith('pending-') || newest.status === 'uninstalling';
  if (goal === undefined || goal.revision === newest.revision) {
    return { template: 'helm/roll-back.njk', model: { ...chosen, to: 0, busy } };
  }
  let release: StoredRelease;
  let pin: string[];
  let hidden: number;
  try {
    const opened = await openRevision(cluster, identity, seen, goal);
    release = opened.release;
    pin = seen.manager === undefined ? [] : pinned(seen.manager.object, opened.release);
    const { set, origins } = shownValues(release, opened.sources);
    const hiddenPaths = new Set(origins.flatMap((origin) => (origin.hidden ? [origin.path] : [])));
    const values = keepLeaves(set, ({ path: place }) => !hiddenPaths.has(pathInWords(place)));
    hidden = origins.filter((origin) => origin.hidden && origin.source !== 'chart').length;
    if (seen.manager !== undefined && Object.keys(values).length > 0) pin.push(asYaml({ spec: { values } }));
  } catch (thrown) {
    const error = asSluiceError(thrown);
    return {
      template: 'helm/roll-back.njk',
      model: { ...chosen, busy, problem: (unreadable(error).model as { text: string }).text, to: 0 },
    };
  }
  const place = seen.manager?.object.metadata;
  return {
    template: 'helm/roll-back.njk',
    model: {
      ...chosen,
      busy,
      chart: `${release.chart.name} ${release.chart.version}`,
      compareHref: link(path, { tab: 'compare', from: String(newest.revision), to: String(goal.revision) }),
      manager: place === undefined ? undefined : { key: `${place.namespace ?? ''}/${place.name}` },
      managerHref: place === undefined ? '' : link(objectPath('helmreleases', place.namespace, place.name)),
      appliedBy: appliedBy(seen.manager?.object),
      suspend: place === undefined ? '' : `flux suspend helmrelease ${place.name} -n ${place.namespace ?? ''}`,
      rollBack: `helm rollback ${seen.name} ${goal.revision} -n ${seen.namespace} --wait`,
      resume: place === undefined ? '' : `flux resume helmrelease ${place.name} -n ${place.namespace ?? ''}`,
      pin,
      hidden,
    },
  };
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
