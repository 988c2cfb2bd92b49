import { createHash } from 'node:crypto';
import { Agent, ProxyAgent, Socks5ProxyAgent, type Dispatcher } from 'undici';
import { asSluiceError, type AccessRule } from '../errors.ts';
import type { ForwardedAnswer, ForwardedRequest, KubeClient, KubeRequest } from './cluster.ts';
import { connectionError } from './connection-error.ts';
import type { Authorization, Credentials } from './credentials.ts';
import { errorOfStatus, KubeError, type KubeStatus } from './kube-error.ts';
import { readBytes } from './bytes.ts';
import { readLines } from './lines.ts';
import { ruleOfRequest } from './request-rule.ts';

/** The request layer with the moment at which an endless answer begins, which watches need. */
export interface StreamingClient extends KubeClient {
  /** Resolves when the API server has accepted the request; the lines then come as they come. */
  stream(request: KubeRequest): Promise<AsyncIterable<string>>;
}

/** A request is given up after this time unless it says otherwise. */
const defaultTimeout = 30_000;
const connectTimeout = 10_000;
/** The API server sends a bookmark every minute; a stream that is silent for longer is dead. */
const longestSilence = 100_000;

/**
 * A client on one pool of HTTP/1.1 connections. HTTP/2 is not used: undici joins repeated headers there, and of several
 * `Impersonate-Group` the API server would see one group with commas in its name.
 */
export function createClient(credentials: Credentials, userAgent = 'sluice'): StreamingClient {
  let pool: { key: string; dispatcher: Dispatcher } | undefined;

  function dispatcherFor({ tls }: Authorization): Dispatcher {
    const key = createHash('sha256')
      .update(JSON.stringify([credentials.server, credentials.proxy, tls]))
      .digest('base64');
    if (pool?.key === key) return pool.dispatcher;
    void pool?.dispatcher.close();
    pool = { key, dispatcher: createDispatcher(credentials, tls) };
    return pool.dispatcher;
  }

  async function send(request: KubeRequest, signal: AbortSignal, isStream: boolean): Promise<Dispatcher.ResponseData> {
    const authorization = await authorizationWithin(signal, request);
    const { origin, path } = targetOf(credentials.server, request);
    return dispatcherFor(authorization).request({
      origin,
      path,
      method: request.method ?? 'GET',
      headers: {
        accept: request.accept ?? 'application/json',
        'user-agent': userAgent,
        ...(request.body !== undefined && { 'content-type': contentTypeOf(request) }),
        ...authorization.headers,
        ...impersonation(request.as?.impersonate ?? credentials.actAs),
      },
      body: request.body === undefined ? null : bodyOf(request.body),
      signal,
      headersTimeout: 0,
      bodyTimeout: isStream ? longestSilence : 0,
    });
  }

  /** Throws the signal's reason, or, when it is only the request's own time that is over, what it was spent on. */
  async function authorizationWithin(signal: AbortSignal, request: KubeRequest): Promise<Authorization> {
    try {
      return await abortable(credentials.authorize(), signal);
    } catch (error) {
      if (!signal.aborted || request.signal?.aborted === true || error instanceof KubeError) throw error;
      const message = `The credentials of ${credentials.source} have not come yet.`;
      throw new KubeError('bad_credentials', message, { httpStatus: 0, reason: 'Timeout' });
    }
  }

  async function open(request: KubeRequest, signal: AbortSignal, isStream: boolean): Promise<Dispatcher.ResponseData> {
    let response = await send(request, signal, isStream);
    if (response.statusCode === 401) {
      await response.body.dump();
      refresh();
      response = await send(request, signal, isStream);
    }
    if (response.statusCode < 300) return response;
    throw await refusal(response, request);
  }

  function refresh(): void {
    try {
      credentials.refresh();
    } catch (error) {
      const { message, wayOut } = asSluiceError(error);
      const details = { httpStatus: 401, reason: 'Unauthorized', ...(wayOut !== undefined && { wayOut }) };
      throw new KubeError('bad_credentials', message, details);
    }
  }

  async function refusal(response: Dispatcher.ResponseData, request: KubeRequest): Promise<KubeError> {
    const status = statusOf(await response.body.text());
    const asked = { server: credentials.server, rule: ruleOfRequest(request) };
    const impersonating = /cannot impersonate(-on:\S+)? resource "(\w+)"/.exec(status.message ?? '');
    if (response.statusCode === 403 && impersonating !== null) {
      // From 1.36 on the API server also knows rights to impersonate for one request; it names that one, where none is there.
      const [, forOneRequest, resource = 'users'] = impersonating;
      const rule: AccessRule = {
        verb: 'impersonate',
        group: '',
        resource: forOneRequest === undefined ? resource : 'users',
      };
      const message = `Sluice may not act as ${request.as?.name ?? 'the asker'}: ${status.message}`;
      return errorOfStatus(403, { ...status, message }, { ...asked, rule });
    }
    const actsAs = request.as?.impersonate ?? credentials.actAs;
    if (response.statusCode === 403 && actsAs === undefined && status.message?.includes('"system:anonymous"')) {
      const message = `${credentials.source} holds no credentials, so the API server knows Sluice as nobody: ${status.message}`;
      return errorOfStatus(403, { ...status, message }, asked);
    }
    return errorOfStatus(response.statusCode, status, asked);
  }

  /** Runs a whole request under its time limit; every failure comes out as a KubeError or as the caller's own abort. */
  async function whole<T>(request: KubeRequest, read: (response: Dispatcher.ResponseData) => Promise<T>): Promise<T> {
    const limit = AbortSignal.timeout(request.timeoutMilliseconds ?? defaultTimeout);
    const signal = request.signal === undefined ? limit : AbortSignal.any([request.signal, limit]);
    try {
      return await read(await open(request, signal, false));
    } catch (error) {
      request.signal?.throwIfAborted();
      if (limit.aborted && !(error instanceof KubeError)) throw tookTooLong(request, credentials.server);
      throw connectionError(error, credentials.server, credentials.proxy);
    }
  }

  async function stream(request: KubeRequest): Promise<AsyncIterable<string>> {
    const opening = new AbortController();
    const timer = setTimeout(() => opening.abort(), request.timeoutMilliseconds ?? defaultTimeout);
    const signal = request.signal === undefined ? opening.signal : AbortSignal.any([request.signal, opening.signal]);
    try {
      const response = await open(request, signal, true);
      return readLines(response.body, (error) => {
        request.signal?.throwIfAborted();
        return connectionError(error, credentials.server, credentials.proxy);
      });
    } catch (error) {
      request.signal?.throwIfAborted();
      if (opening.signal.aborted && !(error instanceof KubeError)) throw tookTooLong(request, credentials.server);
      throw connectionError(error, credentials.server, credentials.proxy);
    } finally {
      clearTimeout(timer);
    }
  }

  async function forwardOnce(request: ForwardedRequest): Promise<Dispatcher.ResponseData> {
    const authorization = await abortable(credentials.authorize(), request.signal);
    const { origin, path } = targetOf(credentials.server, request);
    return dispatcherFor(authorization).request({
      origin,
      path,
      method: request.method,
      headers: {
        // Told apart in the API server's audit from what Sluice asks for itself.
        'user-agent': `${userAgent}-proxy`,
        ...(request.accept !== undefined && { accept: request.accept }),
        ...(request.contentType !== undefined && { 'content-type': request.contentType }),
        ...authorization.headers,
        ...impersonation(request.as.impersonate ?? credentials.actAs),
      },
      body: request.body ?? null,
      signal: request.signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async function forward(request: ForwardedRequest): Promise<ForwardedAnswer> {
    try {
      let response = await forwardOnce(request);
      if (response.statusCode === 401) {
        await response.body.dump();
        refresh();
        response = await forwardOnce(request);
      }
      const contentType = response.headers['content-type'];
      return {
        status: response.statusCode,
        contentType: Array.isArray(contentType) ? contentType[0] : contentType,
        body: response.body,
      };
    } catch (error) {
      request.signal.throwIfAborted();
      throw connectionError(error, credentials.server, credentials.proxy);
    }
  }

  return {
    get server() {
      return withoutUserinfo(credentials.server);
    },
    json: <T>(request: KubeRequest) => whole(request, async (response) => (await response.body.json()) as T),
    text: (request) => whole(request, (response) => response.body.text()),
    bytes: (request) => whole(request, (response) => readBytes(response.body, request.mostBytes)),
    async *lines(request) {
      yield* await stream(request);
    },
    stream,
    forward,
    close: async () => pool?.dispatcher.destroy(),
  };
}

function createDispatcher(credentials: Credentials, tls: Authorization['tls']): Dispatcher {
  const connect = { ...tls, timeout: connectTimeout, keepAlive: true, keepAliveInitialDelay: 15_000 };
  const options = { allowH2: false, keepAliveTimeout: 30_000 };
  const { proxy } = credentials;
  if (proxy === undefined) return new Agent({ ...options, connect });
  if (/^socks5h?:/.test(proxy)) {
    return new Socks5ProxyAgent(proxy.replace('socks5h:', 'socks5:'), { ...options, requestTls: connect });
  }
  return new ProxyAgent({ ...options, uri: proxy, requestTls: connect });
}

/** The path goes out as it is: a URL parser would resolve an object named `..`. */
function targetOf(server: string, request: Pick<KubeRequest, 'path' | 'query'>): { origin: string; path: string } {
  const { origin, pathname } = new URL(server);
  const query = request.query === undefined ? '' : `?${new URLSearchParams(request.query).toString()}`;
  return { origin, path: `${pathname.replace(/\/+$/, '')}${request.path}${query}` };
}

function contentTypeOf(request: KubeRequest): string {
  return request.contentType ?? (request.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
}

function bodyOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** One header line per group. Names are sent as UTF-8, which a header string holds as single bytes. */
function impersonation(as: Credentials['actAs']): Record<string, string | string[]> {
  if (as === undefined) return {};
  const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
  return {
    'impersonate-user': bytes(as.user),
    ...(as.groups.length > 0 && { 'impersonate-group': as.groups.map(bytes) }),
  };
}

function statusOf(text: string): KubeStatus {
  try {
    const status: unknown = JSON.parse(text);
    return typeof status === 'object' && status !== null ? status : {};
  } catch {
    return {};
  }
}

function tookTooLong(request: KubeRequest, server: string): KubeError {
  const seconds = (request.timeoutMilliseconds ?? defaultTimeout) / 1000;
  const message = `The API server at ${withoutUserinfo(server)} did not answer within ${seconds} seconds.`;
  return new KubeError('timed_out', message, { httpStatus: 0, reason: 'Timeout' });
}

function withoutUserinfo(server: string): string {
  return server.replace(/\/\/[^/@]*@/, '//');
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
