import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import type { Gauge, NavigationGroup, NavigationItem } from '../../define.ts';
import { controllersSeen, isDown } from '../controllers/read-controllers.ts';
import { addCounts, failingOf, totalOf } from '../counts.ts';
import type { KindDefinition } from '../kind.ts';
import { kinds } from '../kinds/index.ts';
import { textAt } from '../read.ts';
import { operatorGroup } from '../references.ts';
import { look } from '../sight.ts';
import type { Seen } from '../sight.ts';
import { countsOf } from './kind-counts.ts';
import { listPath } from './object-view.ts';

/** The rail's headings, in the order of the rail. */
const sections: readonly { section: KindDefinition['section']; heading: string }[] = [
  { section: 'reconcilers', heading: 'Reconcilers' },
  { section: 'sources', heading: 'Sources' },
  { section: 'images-and-notifications', heading: 'Images and notifications' },
  { section: 'flux-operator', heading: 'Flux Operator' },
];

/** What is about Flux as a whole. Controllers are counted once somebody has looked at them. */
function lookInto(cluster: Cluster, identity: Identity): NavigationGroup {
  const controllers = controllersSeen(cluster, identity)?.controllers;
  const down = controllers?.filter(isDown).length ?? 0;
  return {
    heading: 'Look into',
    items: [
      { path: '/flux/graph', label: 'Graph', icon: 'i-graph' },
      { path: '/flux/events', label: 'Events', icon: 'i-events' },
      { path: '/flux/logs', label: 'Controller logs', icon: 'i-logs' },
      {
        path: '/flux/controllers',
        label: 'Controllers',
        icon: 'i-controllers',
        ...(controllers !== undefined && { count: controllers.length }),
        ...(down > 0 && { failing: down }),
      },
    ],
  };
}

/** Whether the cluster serves any kind of Flux; undefined while that is not known. */
export function isInstalled(cluster: Cluster): boolean | undefined {
  const states = kinds.map((kind) => cluster.collection({ group: kind.group, resource: kind.plural }).state);
  if (states.some((state) => state !== 'absent' && state !== 'unknown')) return true;
  return states.every((state) => state === 'absent') ? false : undefined;
}

/** The rail's entries: the overview, and each kind with how many there are and how many of them fail. */
export async function fluxNavigation(cluster: Cluster, identity: Identity, now: Date): Promise<NavigationGroup[]> {
  const overview: NavigationGroup = { items: [{ path: '/', label: 'Overview', icon: 'i-overview' }] };
  if (isInstalled(cluster) === false) return [overview];
  const { seen } = await look(cluster, identity);
  const groups = sections.map(({ section, heading }) => ({
    heading,
    items: seen.filter((one) => one.kind.section === section && isOffered(one)).map((one) => itemOf(one, now)),
  }));
  return [overview, ...groups.filter((group) => group.items.length > 0), lookInto(cluster, identity)];
}

/** Flux's own kinds always have their place; the Flux Operator is an addition that most clusters do without. */
function isOffered({ kind, collection }: Seen): boolean {
  if (kind.section !== 'flux-operator') return true;
  return collection.state !== 'absent' && collection.state !== 'unknown';
}

function itemOf(seen: Seen, now: Date): NavigationItem {
  const { kind, collection, scope, problems } = seen;
  const item = { path: listPath(kind.plural), label: kind.title, icon: kind.icon };
  // What is absent or hidden keeps its link: its page says why, and how to change that.
  if (collection.state === 'absent') return item;
  if (!scope.all && scope.namespaces.size === 0) return item;
  if (
    collection.state === 'unknown' ||
    problems.some(({ kind: what }) => what === 'unreachable' || what === 'bad_credentials')
  )
    return item;
  const counts = countsOf(seen, now);
  const failing = failingOf(counts);
  return { ...item, count: totalOf(counts), ...(failing > 0 && { failing }) };
}

/** The share of ready objects; undefined when none may be seen that reports a status. */
export async function fluxGauge(cluster: Cluster, identity: Identity, now: Date): Promise<Gauge | undefined> {
  if (isInstalled(cluster) !== true) return undefined;
  const { seen } = await look(cluster, identity);
  const counts = addCounts(seen.map((one) => countsOf(one, now)));
  const total = totalOf(counts) - counts.none;
  return total === 0 ? undefined : { ready: counts.ready, total, silent: counts.none };
}

/**
 * `Flux 2.9.2`, from the labels that Flux's own manifests put on its namespace, or from what the Flux Operator has
 * installed; undefined where neither tells.
 */
export function fluxVersion(cluster: Cluster): string | undefined {
  for (const { object } of cluster.collection({ group: '', resource: 'namespaces' }).entries()) {
    const labels = object.metadata.labels ?? {};
    if (labels['app.kubernetes.io/part-of'] !== 'flux') continue;
    const version = versionIn(labels['app.kubernetes.io/version']);
    if (version !== undefined) return `Flux ${version}`;
  }
  for (const { object } of cluster.collection({ group: operatorGroup, resource: 'fluxinstances' }).entries()) {
    const version = versionIn(textAt(object, 'status', 'lastAppliedRevision'));
    if (version !== undefined) return `Flux ${version}`;
  }
  return undefined;
}

/** `v2.9.2`, and `v2.9.2@sha256:…` as the operator has it. */
function versionIn(text: string | undefined): string | undefined {
  return /^v?(\d+\.\d+\.\d+(?:[-+.][\w.+-]+)?)(?:@|$)/.exec(text ?? '')?.[1];
}
