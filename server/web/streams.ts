import type { Socket } from 'socket.io';
import { z } from 'zod';
import { SluiceError, asSluiceError } from '../errors.ts';
import type { AccessRule } from '../errors.ts';
import { maskObject } from '../mask-credentials.ts';
import type { Services } from '../services.ts';
import { belowBase } from './base-path.ts';
import { hasShareLeft, holderOf } from './fair-share.ts';
import { linkFor } from './links.ts';
import { newestOnly } from './newest-only.ts';
import { webOf } from './web.ts';

/** Items that wait for a slow reader; older ones are dropped, and their number is told. */
const mostWaiting = 1_000;
const mostInMessage = 250;
const mostPerSocket = 4;
/** Each holds a connection to the API server, and more where it follows several containers. */
const mostStreams = 400;
/** A reader that does not confirm a message in this time is taken for gone. */
const patienceMilliseconds = 20_000;
const rightsMilliseconds = 30_000;

const streamMessage = z.strictObject({
  /** Chosen by the page, to tell its streams apart. */
  id: z.string().min(1).max(40),
  url: z.string().max(8_192).startsWith('/'),
  name: z.string().max(80),
  input: z.record(z.string(), z.unknown()),
});

type StreamAnswer = { ok: true } | { ok: false; message: string };

/** What a stream sends: rendered items, and how many were left out before them because they came too fast. */
interface StreamNews {
  id: string;
  html: string;
  dropped: number;
}

/** What is sent of streams over a page's socket. */
export interface StreamServerEvents {
  stream: (news: StreamNews, confirm: () => void) => void;
  'stream-end': (end: { id: string; message?: string }) => void;
}

/** What a page asks of streams. */
export interface StreamClientEvents {
  stream: (message: unknown, answer: (answer: StreamAnswer) => void) => void;
  'stream-close': (id: unknown) => void;
}

type StreamSocket = Socket<StreamClientEvents, StreamServerEvents>;

interface Running {
  /** Who opened it, of whose share it is. */
  holder: string;
  url: string;
  abort: AbortController;
}

/** The streams of all sockets. */
export interface Streams {
  /** Serves streams to a socket until it disconnects. */
  serve(socket: StreamSocket): void;
  /** The socket shows this URL now: the streams of another one end. */
  shows(socket: StreamSocket, url: string): void;
  open(): number;
  close(): void;
}

/** Serves the plugins' streams to open pages, as the asker, with a bounded buffer for each. */
export function createStreams(services: Services): Streams {
  const { config, clusters, plugins } = services;
  const logger = services.logger.child({ part: 'streams' });
  const { routes, views } = webOf(services);
  const running = new Map<StreamSocket, Map<string, Running>>();

  function keep(socket: StreamSocket, id: string, stream: Running): void {
    const known = running.get(socket) ?? new Map<string, Running>();
    running.set(socket, known.set(id, stream));
  }

  function end(socket: StreamSocket, id: string): void {
    const streams = running.get(socket);
    streams?.get(id)?.abort.abort();
    streams?.delete(id);
    if (streams?.size === 0) running.delete(socket);
  }

  function endAll(socket: StreamSocket, which: (stream: Running) => boolean = () => true): void {
    for (const [id, stream] of running.get(socket) ?? []) if (which(stream)) end(socket, id);
  }

  async function begin(socket: StreamSocket, message: unknown): Promise<void> {
    const asked = streamMessage.safeParse(message);
    if (!asked.success) throw new SluiceError('invalid', 'This is not how a page asks for a stream.');
    const { id, url, name, input: rawInput } = asked.data;
    const stream = plugins.streams.find((each) => each.name === name);
    if (stream === undefined) throw new SluiceError('not_found', `There is no stream named ${name}.`);
    const below = belowBase(url, config.basePath);
    if (below === undefined) throw new SluiceError('not_found', 'There is no page at this address.');
    const { cluster } = routes.clusterOf(below.split(/[?#]/)[0] ?? '/');
    const identity = services.identityOf(socket.request, cluster);
    const parsed = stream.input.safeParse(rawInput);
    if (!parsed.success) throw new SluiceError('invalid', z.prettifyError(parsed.error));
    const input = parsed.data;
    end(socket, id);
    if ((running.get(socket)?.size ?? 0) >= mostPerSocket)
      throw new SluiceError('refused', 'This page has too many streams open.');
    const holder = holderOf(socket.request, identity);
    const holders = [...running.values()].flatMap((streams) => [...streams.values()].map((each) => each.holder));
    if (!hasShareLeft(holders, holder, mostStreams)) {
      throw new SluiceError(
        'refused',
        'Too many pages follow something for this one to do so too. Reload it for what is new.',
      );
    }
    const abort = new AbortController();
    keep(socket, id, { holder, url, abort });
    const demandRights = async () => {
      const missing = await cluster.access.missing(identity, stream.needs(input, cluster));
      if (missing.length > 0) throw new SluiceError('forbidden', lacking(missing), { missing });
    };
    try {
      await demandRights();
    } catch (error) {
      end(socket, id);
      throw error;
    }
    if (abort.signal.aborted || !socket.connected) return;
    const link = linkFor(cluster, clusters, config.basePath);
    const render = (item: object) => views.render(stream.template, { row: maskObject(item), link });
    const items = stream.open(input, { cluster, identity, signal: abort.signal });
    void run(socket, id, abort, items, render, demandRights);
  }

  async function run(
    socket: StreamSocket,
    id: string,
    abort: AbortController,
    items: AsyncIterable<readonly object[]>,
    render: (item: object) => string,
    demandRights: () => Promise<void>,
  ): Promise<void> {
    let problem: unknown;
    const fail = (error: unknown): void => {
      problem ??= error;
      abort.abort();
    };
    const rights = setInterval(() => void demandRights().catch(fail), rightsMilliseconds);
    try {
      for await (const { items: some, dropped } of newestOnly(items, mostWaiting, mostInMessage, abort.signal)) {
        const html = some.map(render).join('');
        await send(socket, { id, html, dropped });
      }
    } catch (error) {
      if (!abort.signal.aborted) problem = error;
    } finally {
      clearInterval(rights);
    }
    const known = running.get(socket)?.get(id);
    if (known?.abort !== abort) return;
    end(socket, id);
    if (!socket.connected) return;
    const error = problem === undefined ? undefined : asSluiceError(problem);
    if (error?.kind === 'internal') logger.error({ err: problem }, 'A stream failed.');
    socket.emit('stream-end', { id, ...(error !== undefined && { message: error.message }) });
  }

  async function send(socket: StreamSocket, news: StreamNews): Promise<void> {
    try {
      await socket.timeout(patienceMilliseconds).emitWithAck('stream', news);
    } catch (error) {
      throw new SluiceError('timed_out', 'The page took too long to show what came.', { cause: error });
    }
  }

  return {
    serve(socket) {
      socket.on('stream', (message, answer) => {
        if (typeof answer !== 'function') return;
        begin(socket, message)
          .then((): StreamAnswer => ({ ok: true }))
          .catch((thrown: unknown): StreamAnswer => {
            const error = asSluiceError(thrown);
            if (error.kind === 'internal') logger.error({ err: thrown }, 'A stream could not be opened.');
            return { ok: false, message: error.message };
          })
          .then(answer)
          .catch((error: unknown) => logger.error({ err: error }, 'A stream could not be answered.'));
      });
      socket.on('stream-close', (id) => {
        if (typeof id === 'string') end(socket, id);
      });
      socket.on('disconnect', () => endAll(socket));
    },
    shows: (socket, url) => endAll(socket, (stream) => stream.url !== url),
    open: () => [...running.values()].reduce((sum, streams) => sum + streams.size, 0),
    close() {
      for (const socket of running.keys()) endAll(socket);
    },
  };
}

function lacking(missing: readonly AccessRule[]): string {
  const words = missing.map(({ verb, resource, subresource, namespace }) => {
    const where = namespace === undefined ? '' : ` in ${namespace}`;
    return `${verb} on ${resource}${subresource === undefined ? '' : `/${subresource}`}${where}`;
  });
  return `You lack the right: ${words.join(', ')}.`;
}
