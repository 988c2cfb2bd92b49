import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { Socket } from 'socket.io';
import { z } from 'zod';
import { SluiceError, asSluiceError } from '../errors.ts';
import { identityKey } from '../kube/identity.ts';
import type { Identity } from '../kube/identity.ts';
import type { Change } from '../kube/cluster.ts';
import type { Services } from '../services.ts';
import { belowBase } from './base-path.ts';
import { hasShareLeft, holderOf } from './fair-share.ts';
import { isKnownHost } from './host-check.ts';
import { shapeOf } from './composition.ts';
import { latestOnly } from './latest-only.ts';
import type { LiveRoom, PageUpdate } from './live-room.ts';
import { createLiveRoom } from './live-room.ts';
import { createRefreshQueue } from './refresh-queue.ts';
import { isSameOrigin } from './same-origin.ts';
import type { StreamClientEvents, StreamServerEvents } from './streams.ts';
import { createStreams } from './streams.ts';
import { changeMatters, nextClock } from './topic-match.ts';
import { webOf } from './web.ts';

/** What surrounds a page (the rail's counts) may be this late when nothing on the page itself has changed. */
const surroundingsDelay = 1_000;
/** Rights are asked again after this time, even when nothing has changed. */
const rightsMilliseconds = 30_000;

/** Each room is loaded with every change; beyond this many, further pages stay as they were loaded. */
const mostRooms = 2_000;

/** A page tells which URL it shows (with the base path) and the digest it was rendered with. */
const openMessage = z.strictObject({ url: z.string().max(8_192).startsWith('/'), digest: z.string().max(100) });

/** The answer to `open`: everything when the page shows something old, `reload` when it must be fetched again. */
type OpenAnswer = { ok: true; digest: string; snapshot?: PageUpdate } | { ok: false; reload: boolean; message: string };

/** Nobody reads this answer: the page shows something else by now. */
const left: OpenAnswer = { ok: false, reload: false, message: 'It left.' };

interface ServerEvents extends StreamServerEvents {
  update: (update: PageUpdate) => void;
  reload: () => void;
}

interface ClientEvents extends StreamClientEvents {
  open: (message: unknown, answer: (answer: OpenAnswer) => void) => void;
}

type LiveSocket = Socket<ClientEvents, ServerEvents>;

interface OpenRoom {
  room: LiveRoom;
  /** Who opened it, of whose share it is. */
  holder: string;
  sockets: Set<LiveSocket>;
  ready: Promise<void>;
  /** The page itself is old, not only what is around it. */
  pageOld: boolean;
  loadedAt: number;
  clock: NodeJS.Timeout | undefined;
}

/** What keeps open pages current; `connections`, `rooms` and `streams` for metrics and tests. */
export interface Live {
  connections(): number;
  rooms(): number;
  streams(): number;
  close(): Promise<void>;
}

/**
 * Keeps every open page current over socket.io. Pages that show the same URL to the same identity share a room, which
 * loads and renders once for all of them and sends only what has changed.
 */
export function attachLive(httpServer: HttpServer, services: Services): Live {
  const { config, clusters, runs, audit } = services;
  const logger = services.logger.child({ part: 'live' });
  const { host, routes } = webOf(services);
  const rooms = new Map<string, OpenRoom>();
  const streams = createStreams(services);

  const io = new Server<ClientEvents, ServerEvents>(httpServer, {
    path: `${config.basePath}/live/`,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: 16_384,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    allowRequest: (request, answer) => answer(null, mayConnect(request)),
  });

  function mayConnect(request: IncomingMessage): boolean {
    if (!isKnownHost(request.headers.host, config.host, config.allowedHosts)) return false;
    return isSameOrigin(request.headers, config.allowedHosts);
  }

  const queue = createRefreshQueue<OpenRoom>(async (open) => {
    await open.ready;
    const what = open.pageOld || performance.now() - open.loadedAt > rightsMilliseconds ? 'page' : 'surroundings';
    if (what === 'page') {
      open.pageOld = false;
      open.loadedAt = performance.now();
    }
    const news = await open.room.refresh(what);
    if (!isOpen(open)) return;
    if (news.type === 'update') io.to(open.room.key).emit('update', news.update);
    if (news.type === 'reload') io.to(open.room.key).emit('reload');
    setClock(open);
    // What surrounds the page is counted less often than the page is loaded, so it may have been from before the change.
    if (what === 'page') queue.request(open, surroundingsDelay);
  });

  /** Left meanwhile, it is nobody's any more; another one may stand in its place. */
  function isOpen(open: OpenRoom): boolean {
    return rooms.get(open.room.key) === open;
  }

  function pageChanged(open: OpenRoom): void {
    open.pageOld = true;
    queue.request(open);
  }

  function setClock(open: OpenRoom): void {
    clearTimeout(open.clock);
    if (!isOpen(open)) return;
    const now = new Date();
    const at = nextClock(open.room.shown?.page.topics ?? [], now);
    const wait = Math.min(rightsMilliseconds, at === undefined ? rightsMilliseconds : at.getTime() - now.getTime());
    open.clock = setTimeout(() => pageChanged(open), wait);
  }

  function clusterChanged(cluster: string, change: Change): void {
    for (const open of rooms.values()) {
      const { room } = open;
      if (room.visit.cluster.name !== cluster) continue;
      const topics = room.shown?.page.topics ?? [];
      // While it is first loaded nobody knows what it depends on; an error page waits for whatever comes or goes.
      const any = room.shown === undefined || (topics.length === 0 && change.type !== 'modified');
      if (any || changeMatters(topics, change)) pageChanged(open);
      else queue.request(open, change.type === 'state' ? 0 : surroundingsDelay);
    }
  }

  function topicChanged(type: 'runs' | 'audit', cluster: string): void {
    for (const open of rooms.values()) {
      if (open.room.visit.cluster.name !== cluster) continue;
      if (open.room.shown?.page.topics.some((topic) => topic.type === type)) pageChanged(open);
    }
  }

  const stops = [
    ...clusters.list().map((cluster) => cluster.onChange((change) => clusterChanged(cluster.name, change))),
    runs.onChange((run) => topicChanged('runs', run.cluster)),
    audit.onChange((entry) => topicChanged('audit', entry.cluster)),
  ];

  /** The room of a page, opened when it is the first one there. Throws not_found for a URL that has no page. */
  function roomOf(socket: LiveSocket, fullUrl: string): OpenRoom | undefined {
    const url = belowBase(fullUrl, config.basePath);
    const matched = url === undefined ? undefined : routes.match(url.split(/[?#]/)[0] ?? '/');
    if (url === undefined || matched === undefined) return undefined;
    const { request } = socket;
    const identity = services.identityOf(request, matched.cluster);
    const key = JSON.stringify([matched.cluster.name, identityKey(identity), url]);
    const known = rooms.get(key);
    if (known !== undefined) return known;
    const holder = holderOf(request, identity);
    const holders = [...rooms.values()].map((open) => open.holder);
    if (!hasShareLeft(holders, holder, mostRooms)) {
      throw new SluiceError('refused', 'Too many pages are open for this one to be live. Reload it for what is new.');
    }
    const visit = {
      cluster: matched.cluster,
      // The name of Sluice's own identity is not known before the cluster has answered.
      get identity(): Identity {
        return services.identityOf(request, matched.cluster);
      },
      url,
    };
    const room = createLiveRoom({ key, matched, visit, host, logger });
    const ready = room.refresh('page').then(() => setClock(open));
    const open: OpenRoom = {
      room,
      holder,
      sockets: new Set(),
      ready,
      pageOld: false,
      loadedAt: performance.now(),
      clock: undefined,
    };
    rooms.set(key, open);
    return open;
  }

  function leave(socket: LiveSocket): void {
    for (const open of rooms.values()) {
      if (!open.sockets.delete(socket)) continue;
      void socket.leave(open.room.key);
      if (open.sockets.size > 0) continue;
      clearTimeout(open.clock);
      queue.forget(open);
      rooms.delete(open.room.key);
    }
  }

  async function openPage(socket: LiveSocket, message: unknown): Promise<OpenAnswer> {
    const parsed = openMessage.safeParse(message);
    if (!parsed.success) throw new SluiceError('invalid', 'This is not how a page tells what it shows.');
    const { url, digest } = parsed.data;
    // It may have waited for the one before: whoever has gone by now would never leave again.
    if (!socket.connected) return left;
    streams.shows(socket, url);
    const open = roomOf(socket, url);
    if (open === undefined) return { ok: false, reload: false, message: 'There is no page at this address.' };
    open.sockets.add(socket);
    await open.ready;
    // From here on without a pause: what the room sends next goes out from the very state that is compared now.
    if (!open.sockets.has(socket) || !socket.connected) return left;
    const { shown } = open.room;
    if (shown === undefined) return { ok: false, reload: false, message: 'The page cannot be loaded now.' };
    void socket.join(open.room.key);
    if (shapeOf(shown.digest) !== shapeOf(digest)) return { ok: false, reload: true, message: 'The page has changed.' };
    if (shown.digest === digest) return { ok: true, digest };
    const snapshot = open.room.snapshot();
    return { ok: true, digest: shown.digest, ...(snapshot !== undefined && { snapshot }) };
  }

  async function answerOpen(socket: LiveSocket, message: unknown): Promise<OpenAnswer> {
    try {
      return await openPage(socket, message);
    } catch (thrown) {
      const error = asSluiceError(thrown);
      if (error.kind === 'internal') logger.error({ err: thrown }, error.message);
      return { ok: false, reload: false, message: error.message };
    }
  }

  io.on('connection', (socket: LiveSocket) => {
    const openLatest = latestOnly<unknown, OpenAnswer>((message) => answerOpen(socket, message), left);
    socket.on('open', (message, answer) => {
      if (typeof answer !== 'function') return;
      leave(socket);
      openLatest(message)
        .then(answer)
        .catch((error: unknown) => logger.error({ err: error }, 'A page could not be answered.'));
    });
    socket.on('disconnect', () => leave(socket));
    streams.serve(socket);
  });

  return {
    connections: () => io.engine.clientsCount,
    rooms: () => rooms.size,
    streams: streams.open,
    async close() {
      for (const stop of stops) stop();
      queue.close();
      streams.close();
      for (const open of rooms.values()) clearTimeout(open.clock);
      rooms.clear();
      await io.close();
    },
  };
}
