import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../server/kube/object.ts';
import { selectorOf } from './list.ts';
import type { Target } from './objects.ts';
import { shown, type Representation } from './representation.ts';
import { queryFlag } from './request-info.ts';
import { groupVersion, storageKey } from './resources.ts';
import type { Selector } from './selectors.ts';
import { expired, invalid, StatusError } from './status-error.ts';
import type { Change, Store } from './store.ts';

const bookmarkEvery = 60_000;
/** How long a watch lasts that names no end of its own. */
const longest = 30 * 60_000;
/** A reader who lets this many bytes pile up is cut off. */
const backlogLimit = 64 * 1024 * 1024;

/** The open watches. */
export interface Watches {
  open: (target: Target, query: URLSearchParams, as: Representation, response: ServerResponse) => void;
  /** Ends the watches on a resource that is served no more. */
  end: (resource: string) => void;
  /** Cuts all sockets. */
  drop: () => void;
}

interface Watch {
  resource: string;
  response: ServerResponse;
  deliver: (change: Change) => void;
  stop: () => void;
}

/** How a change looks to who sees a selection only: an object may enter and leave it. */
function seen(change: Change, selects: Selector): { type: Change['type']; object: KubeObject } | undefined {
  const { type, object, previous } = change;
  const was = previous !== undefined && selects(previous);
  const is = type !== 'DELETED' && selects(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  return was ? { type: 'DELETED', object } : undefined;
}

function revisionOf(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion');
  if (text === null || text === '' || text === '0') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const quoted = JSON.stringify(text);
  const message = `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
  throw new StatusError(500, '', message);
}

function refuseInitialEvents(query: URLSearchParams): void {
  if (query.get('sendInitialEvents') === null) return;
  const message = 'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
  throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
    { reason: 'FieldValueForbidden', message, field: 'sendInitialEvents' },
  ]);
}

/** Serves watches from a store's history and what comes after it. */
export function createWatches(store: Store): Watches {
  const watches = new Set<Watch>();
  store.subscribe((change) => {
    for (const watch of watches) if (watch.resource === change.resource) watch.deliver(change);
  });

  function open(target: Target, query: URLSearchParams, as: Representation, response: ServerResponse): void {
    const { definition, namespace } = target;
    const resource = storageKey(definition);
    refuseInitialEvents(query);
    const selects = selectorOf(definition, query);
    const since = revisionOf(query);
    const inScope = (object: KubeObject) => namespace === undefined || object.metadata.namespace === namespace;

    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.flushHeaders();
    const send = (type: string, object: unknown) => {
      response.write(`${JSON.stringify({ type, object })}\n`);
      if (response.writableLength > backlogLimit) response.destroy();
    };
    const deliver = (change: Change) => {
      if (!inScope(change.object)) return;
      const event = seen(change, selects);
      if (event) send(event.type, shown(definition, event.object, as));
    };
    const bookmark = () => {
      const metadata = { name: '', uid: '', resourceVersion: String(store.revision()) };
      const mark = { kind: definition.kind, apiVersion: groupVersion(definition), metadata };
      send('BOOKMARK', shown(definition, mark, as));
    };

    if (since === undefined) {
      for (const object of store.list(resource, namespace)) {
        if (selects(object)) send('ADDED', shown(definition, object, as));
      }
    } else {
      const missed = store.changesSince(resource, since);
      if (!missed) {
        const old = expired(`too old resource version: ${since} (${store.compactedRevision()})`);
        send('ERROR', old.status);
        response.end();
        return;
      }
      missed.forEach(deliver);
    }

    const wantsBookmarks = queryFlag(query, 'allowWatchBookmarks');
    const bookmarks = wantsBookmarks ? setInterval(bookmark, bookmarkEvery) : undefined;
    const seconds = Number(query.get('timeoutSeconds') ?? 0);
    const finish = () => {
      if (wantsBookmarks) bookmark();
      watch.stop();
      response.end();
    };
    const timer = setTimeout(finish, seconds > 0 ? seconds * 1_000 : longest);
    const watch: Watch = {
      resource,
      response,
      deliver,
      stop: () => {
        clearInterval(bookmarks);
        clearTimeout(timer);
        watches.delete(watch);
      },
    };
    watches.add(watch);
    response.on('close', watch.stop);
  }

  return {
    open,
    end: (resource) => {
      for (const watch of [...watches].filter((each) => each.resource === resource)) {
        watch.stop();
        watch.response.end();
      }
    },
    drop: () => {
      for (const watch of watches) {
        watch.stop();
        watch.response.destroy();
      }
    },
  };
}
