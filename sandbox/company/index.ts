import { groupOf } from '../../server/kube/object.ts';
import type { KubeObject } from '../../server/kube/object.ts';
import { addCheckout } from './checkout.ts';
import { namespaceObject } from './core.ts';
import { createDraft } from './draft.ts';
import { recentEvents } from './events.ts';
import { addFleet } from './fleet.ts';
import { fluxControllers } from './flux-controllers.ts';
import { controllerLeases } from './leases.ts';
import { addMedia } from './media.ts';
import { addObservability } from './observability.ts';
import { addOperator } from './operator.ts';
import { addPayments } from './payments.ts';
import { addPlatform } from './platform.ts';
import { podEvents } from './pod-events.ts';
import { addSearch } from './search.ts';
import { addTenants } from './tenants.ts';

const namespaces = [
  'flux-system',
  'platform',
  'observability',
  'team-checkout',
  'team-payments',
  'media',
  'search',
  'tenants',
];

/** Kinds in the order in which they can be created; what is not named comes between configuration and workloads. */
const order = ['Namespace', 'ServiceAccount', 'ClusterRole', 'Secret', 'ConfigMap'];
const last = ['Deployment', 'ReplicaSet', 'Pod', 'Event'];

function rank(kind: string): number {
  const early = order.indexOf(kind);
  if (early !== -1) return early - order.length;
  return last.indexOf(kind) + 1;
}

/**
 * A believable company whose cluster is made by Flux: several teams, every Flux kind, every state an object can be in,
 * the workloads they own, and what happened in the last hour. The same company comes out every time, moved to `now`.
 *
 * Objects stand in the order in which they can be created. They carry invented `uid`s (owner references and events
 * name them), an empty `resourceVersion`, and their `status`. What is being deleted carries a `deletionTimestamp` and a
 * finalizer: on a server that accepts none, create it and then delete it.
 */
export function company(options: { now?: Date } = {}): KubeObject[] {
  const now = options.now ?? new Date();
  const draft = createDraft(now);
  draft.add(
    ...namespaces.map((name) => namespaceObject(draft.before, name)),
    ...fluxControllers(draft.before),
    ...controllerLeases(draft.before),
  );
  for (const add of [
    addFleet,
    addPlatform,
    addObservability,
    addCheckout,
    addPayments,
    addMedia,
    addSearch,
    addTenants,
    addOperator,
  ]) {
    add(draft);
  }
  labelOwned(draft.objects);
  const events = draft.objects.flatMap((object) => [...recentEvents(object, now), ...podEvents(object, now)]);
  return [...draft.objects, ...events].toSorted((one, other) => rank(one.kind) - rank(other.kind));
}

/** Puts on Flux objects that a Kustomization has applied the labels by which it knows them; workloads have theirs already. */
function labelOwned(objects: readonly KubeObject[]): void {
  const byId = new Map(
    objects.map((object) => {
      const { namespace = '', name } = object.metadata;
      return [`${namespace}_${name}_${groupOf(object.apiVersion)}_${object.kind}`, object];
    }),
  );
  for (const { kind, metadata, status } of objects) {
    if (kind !== 'Kustomization') continue;
    const { entries = [] } = (status?.['inventory'] ?? {}) as { entries?: { id: string }[] };
    for (const { id } of entries) {
      const owned = byId.get(id);
      if (owned === undefined || !groupOf(owned.apiVersion).includes('fluxcd')) continue;
      owned.metadata.labels = {
        ...owned.metadata.labels,
        'kustomize.toolkit.fluxcd.io/name': metadata.name,
        'kustomize.toolkit.fluxcd.io/namespace': metadata.namespace ?? '',
      };
    }
  }
}
