import type { PageRequest } from '../../../web/page.ts';
import type { HealthState } from '../health/health.ts';
import { shortImage } from '../health/images.ts';
import type { InventoryNode } from '../inventory-tree/tree.ts';
import { kindOf } from '../kinds/index.ts';
import type { ObjectReference } from '../summary.ts';
import { foreignIcon, objectPath } from './object-view.ts';
import { count } from './words.ts';

type Link = PageRequest['link'];

/** A node of the tree as `inventory-node.njk` draws it. */
export interface NodeView {
  /** Unique in the page. */
  id: string;
  icon: string;
  kind: string;
  namespace: string;
  name: string;
  href: string;
  state: HealthState;
  /** The state, for those who see no mark. */
  word: string;
  says: string;
  /** Short names, and in full for the hover. */
  image: string;
  imageTitle: string;
  restarts: number;
  at: string;
  /** Logs of a Pod. */
  logsHref: string;
  children: NodeView[];
  folded: NodeView[];
  foldedWords: string;
  /** Unfolded when first drawn. */
  open: boolean;
}

/** How many objects are in a state: `3 failing`, `13 healthy`. */
export const healthWords: Readonly<Record<HealthState, string>> = {
  failing: 'failing',
  stalled: 'stalled',
  'suspended-failing': 'suspended while failing',
  deleting: 'being deleted',
  waiting: 'waiting',
  stale: 'stale',
  reconciling: 'on their way',
  suspended: 'suspended',
  forbidden: 'hidden',
  none: 'not known',
  ready: 'healthy',
};

const stateOfOne: Readonly<Record<HealthState, string>> = {
  ...healthWords,
  reconciling: 'on its way',
};

/** The path of any object's page: group `core` for the core group, `_` in place of a namespace. */
export function anyObjectPath(reference: ObjectReference, served: { version: string; resource: string }): string {
  const group = reference.group === '' ? 'core' : reference.group;
  const parts = [group, served.version, served.resource, reference.namespace ?? '_', reference.name];
  return `/objects/${parts.map(encodeURIComponent).join('/')}`;
}

/** Where an object is shown: Flux kinds on their own pages, others on the page of any object; '' where it is not. */
export function hrefOf(reference: ObjectReference, served: InventoryNode['served'], link: Link): string {
  const kind = kindOf(reference.group, reference.kind);
  if (kind !== undefined) return link(objectPath(kind.plural, reference.namespace, reference.name));
  return served === undefined ? '' : link(anyObjectPath(reference, served));
}

/** Where a Pod's logs are read. */
export function logsHref(pod: ObjectReference, link: Link): string {
  return link('/flux/logs', { namespace: pod.namespace, pod: pod.name });
}

interface RowOptions {
  link: Link;
  /** The namespace that goes without saying. */
  home: string | undefined;
}

/** A node with all below it. Branches with trouble are unfolded, so that the cause is seen at once. */
export function nodeView(node: InventoryNode, options: RowOptions, depth = 0): NodeView {
  const { reference, health, images, restarts } = node;
  const { link, home } = options;
  const isPod = reference.group === '' && reference.kind === 'Pod';
  const isThere = node.object !== undefined;
  return {
    id: idOf(reference),
    icon: kindOf(reference.group, reference.kind)?.icon ?? foreignIcon(reference.kind),
    kind: reference.kind,
    namespace: reference.namespace === undefined || reference.namespace === home ? '' : reference.namespace,
    name: reference.name,
    href: isThere ? hrefOf(reference, node.served, link) : '',
    state: health.state,
    word: stateOfOne[health.state],
    says: health.says,
    image: images.map(shortImage).join(', '),
    imageTitle: images.join(', '),
    restarts: restarts ?? 0,
    at: node.createdAt ?? '',
    logsHref: isPod && isThere ? logsHref(reference, link) : '',
    children: node.children.map((child) => nodeView(child, { link, home: reference.namespace }, depth + 1)),
    folded: node.folded.map((child) => nodeView(child, { link, home: reference.namespace }, depth + 1)),
    foldedWords: node.folded.length === 0 ? '' : `${count(node.folded.length, 'earlier ReplicaSet')}, scaled to zero`,
    open: health.state !== 'ready' && node.children.length > 0,
  };
}

function idOf({ group, kind, namespace, name }: ObjectReference): string {
  return `node-${[group, kind, namespace ?? '', name].join('-').replaceAll(/[^\w.-]/g, '_')}`;
}
