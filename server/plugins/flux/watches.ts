import type { WatchDefinition } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import { summarizeEvent, trimEvent } from './events.ts';
import { packInventory } from './inventory.ts';
import { kinds } from './kinds/index.ts';
import { summarizeFor } from './summarize.ts';

/** How many entries of a status history are kept: what the pages show. */
const shownHistory = 5;

/** Cuts long histories and packs inventories; everything else of a Flux object is shown somewhere, so it stays. */
export function trimFluxObject(object: KubeObject): KubeObject {
  return packInventory(withShortHistory(object));
}

function withShortHistory(object: KubeObject): KubeObject {
  const history = object.status?.['history'];
  if (!Array.isArray(history) || history.length <= shownHistory) return object;
  return { ...object, status: { ...object.status, history: history.slice(0, shownHistory) } };
}

/** What the Flux plugin watches in every cluster. */
export const fluxWatches: readonly WatchDefinition[] = [
  ...kinds.map((kind) => ({
    group: kind.group,
    resource: kind.plural,
    kind: kind.kind,
    namespaced: true,
    versions: kind.versions,
    summarize: summarizeFor(kind),
    trim: trimFluxObject,
  })),
  {
    group: '',
    resource: 'events',
    kind: 'Event',
    namespaced: true,
    versions: ['v1'],
    summarize: summarizeEvent,
    trim: trimEvent,
    required: false,
  },
  {
    group: '',
    resource: 'namespaces',
    kind: 'Namespace',
    namespaced: false,
    versions: ['v1'],
    summarize: () => undefined,
    trim: (object) => ({ apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata }),
    required: false,
  },
];
