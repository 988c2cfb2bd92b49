import type { Logger } from 'pino';
import { asSluiceError, type SluiceError } from '../errors.ts';
import type { StreamingClient } from './client.ts';
import { connectionError } from './connection-error.ts';
import { errorOfStatus, KubeError, type KubeStatus } from './kube-error.ts';
import { createLimit } from './limit.ts';
import { keyOf, type KubeObject } from './object.ts';
import { backoff, createPause } from './pause.ts';

/** What a reflector tells whoever keeps the objects. */
interface Keeper {
  /** An object as it is now, from the list or the watch. */
  put(object: KubeObject): void;
  remove(object: KubeObject): void;
  /** A list is complete: whatever else is kept is gone. */
  retain(keys: ReadonlySet<string>): void;
  /** Everything kept is current. */
  current(): void;
  /** Nothing can be had now; it is tried again. */
  failed(error: SluiceError): void;
}

export interface ReflectorOptions {
  client: StreamingClient;
  /** The collection's path: of the whole cluster or of one namespace. */
  path: string;
  /** What listed items are, which lists leave out. */
  apiVersion: string;
  kind: string;
  keeper: Keeper;
  logger: Logger;
  /** Ask for the objects' metadata only. */
  metadataOnly?: boolean;
}

export interface Reflector {
  /** Tries again at once if it waits, and opens its watch anew: the connection may be dead without anybody knowing. */
  reconnect(): void;
  stop(): void;
}

interface ListPage {
  metadata: { resourceVersion: string; continue?: string };
  items: KubeObject[] | null;
}

interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject & KubeStatus;
}

const pageSize = '500';
/** Lists of many kinds begin together; a page in memory is several times its objects' size, so they take turns. */
const readPage = createLimit(2);
/** The API server ends a watch itself after this time, so that long-lived ones are spread anew. */
const watchSeconds = 290;
const retryForbidden = 30_000;
/** As often as a watch may answer with an error at one version before the list is read anew. */
const mostErrorEvents = 3;
/** An API server that has just started refuses what it will permit seconds later: so often a refusal is not believed. */
const doubtedRefusals = 3;

/**
 * Lists a resource in pages, then watches it for ever: resumes after the last version seen, with bookmarks; lists anew
 * when that version is gone (410); waits up to 5 seconds between failures (less when the API server answers) and 30 seconds when it is refused (403).
 */
export function reflect(options: ReflectorOptions): Reflector {
  const { client, path, keeper, logger } = options;
  const stopped = new AbortController();
  const pause = createPause(stopped.signal);
  let attempt = new AbortController();
  let version = '';
  let failures = 0;
  let refusals = 0;
  let errorEvents = 0;
  let expiredBefore = false;
  let wasCurrent = false;

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      attempt = new AbortController();
      try {
        if (version === '') {
          version = await list();
          current();
        }
        await watch();
        failures = 0;
      } catch (thrown) {
        if (!stopped.signal.aborted && !attempt.signal.aborted) await recover(thrown);
      }
    }
  }

  async function list(): Promise<string> {
    const keys = new Set<string>();
    const query: Record<string, string> = { limit: pageSize };
    for (;;) {
      const page = await readPage(() =>
        client.json<ListPage>({ path, query, accept: accept('List'), signal: attempt.signal }),
      );
      for (const item of page.items ?? []) {
        const object = { ...item, apiVersion: options.apiVersion, kind: options.kind };
        keys.add(keyOf(object));
        keeper.put(object);
      }
      if (!page.metadata.continue) {
        keeper.retain(keys);
        return page.metadata.resourceVersion;
      }
      query.continue = page.metadata.continue;
    }
  }

  async function watch(): Promise<void> {
    const lines = await client.stream({
      path,
      query: {
        watch: 'true',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(watchSeconds),
        resourceVersion: version,
      },
      accept: accept(''),
      signal: attempt.signal,
    });
    current();
    const opened = performance.now();
    let seen = 0;
    for await (const line of lines) {
      apply(JSON.parse(line) as WatchEvent);
      seen += 1;
      failures = 0;
      errorEvents = 0;
    }
    if (seen === 0 && performance.now() - opened < 1_000) {
      throw new KubeError('unreachable', `The watch of ${path} was closed at once.`, {
        httpStatus: 0,
        reason: 'Closed',
      });
    }
  }

  function current(): void {
    wasCurrent = true;
    expiredBefore = false;
    refusals = 0;
    keeper.current();
  }

  function apply({ type, object }: WatchEvent): void {
    if (type === 'ERROR') {
      errorEvents += 1;
      throw errorOfStatus(object.code ?? 500, object, { server: client.server });
    }
    const next = object.metadata.resourceVersion;
    if (isOlder(next, version)) {
      throw errorOfStatus(
        410,
        { reason: 'Expired', message: 'The API server went back in time.' },
        { server: client.server },
      );
    }
    if (type === 'DELETED') keeper.remove(object);
    else if (type !== 'BOOKMARK') keeper.put({ ...object, apiVersion: options.apiVersion, kind: options.kind });
    version = next;
  }

  async function recover(thrown: unknown): Promise<void> {
    const error = thrown instanceof SyntaxError ? connectionError(thrown, client.server) : asSluiceError(thrown);
    if (error.kind === 'internal') logger.error({ err: thrown, path }, 'a watch failed');
    else logger.debug({ path, problem: error.message }, 'a list or watch failed and is tried again');
    const status = error instanceof KubeError ? error.httpStatus : 0;
    failures += 1;
    if (status === 410 || status === 404 || errorEvents >= mostErrorEvents) {
      version = '';
      errorEvents = 0;
    }
    if (status !== 403) {
      if (failures > 1 || status === 404) keeper.failed(error);
      const isThere = status > 0;
      if (status !== 410 || expiredBefore) await pause.wait(backoff(isThere ? Math.min(failures, 3) : failures));
      expiredBefore = status === 410;
      return;
    }
    refusals += 1;
    if (wasCurrent && refusals <= doubtedRefusals) {
      await pause.wait(backoff(refusals + 2));
      return;
    }
    wasCurrent = false;
    version = '';
    keeper.failed(error);
    await pause.wait(retryForbidden);
  }

  function accept(suffix: 'List' | ''): string {
    const json = 'application/json';
    return options.metadataOnly === true
      ? `${json};as=PartialObjectMetadata${suffix};g=meta.k8s.io;v=v1,${json}`
      : json;
  }

  void run();
  return {
    reconnect() {
      failures = 0;
      attempt.abort();
      pause.wake();
    },
    stop() {
      stopped.abort();
      attempt.abort();
    },
  };
}

/** Versions of one resource grow; one that shrinks belongs to another history (the API server's store was replaced). */
function isOlder(left: string, right: string): boolean {
  return /^\d+$/.test(left) && /^\d+$/.test(right) && BigInt(left) < BigInt(right);
}
