import type { Subject } from '../../../operations/define.ts';
import type { PageRequest } from '../../../web/page.ts';
import { kindByPlural, kindOf } from '../kinds/index.ts';
import type { ObjectReference, ObjectState } from '../summary.ts';

/** An object as the object-link component draws it. `href` is undefined for what has no page of its own. */
export interface ObjectView {
  icon: string;
  kind: string;
  namespace: string | undefined;
  name: string;
  href: string | undefined;
  state?: ObjectState | undefined;
}

type Link = PageRequest['link'];

/** The path of a kind's list below the cluster. */
export function listPath(plural: string): string {
  return `/flux/${plural}`;
}

/** The path of an object's page below the cluster. */
export function objectPath(plural: string, namespace: string | undefined, name: string): string {
  return `/flux/${plural}/${encodeURIComponent(namespace ?? '')}/${encodeURIComponent(name)}`;
}

/** The path of the page of any object, if it is one of Flux'. */
export function pathOfObject({ group, resource, namespace, name }: Subject): string | undefined {
  const kind = kindByPlural(resource);
  return kind?.group === group ? objectPath(resource, namespace, name) : undefined;
}

/** A reference to be drawn; one to a Flux object is a link. */
export function referenceView(reference: ObjectReference, link: Link, state?: ObjectState): ObjectView {
  const kind = kindOf(reference.group, reference.kind);
  return {
    icon: kind?.icon ?? foreignIcon(reference.kind),
    kind: reference.kind,
    namespace: reference.namespace,
    name: reference.name,
    href: kind === undefined ? undefined : link(objectPath(kind.plural, reference.namespace, reference.name)),
    state,
  };
}

const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']);

/** The symbol of a kind that is not Flux's. */
export function foreignIcon(kind: string): string {
  if (workloads.has(kind)) return 'k-workload';
  if (kind === 'Pod') return 'k-pod';
  if (kind === 'Service' || kind === 'Ingress') return 'k-service';
  return 'k-config';
}
