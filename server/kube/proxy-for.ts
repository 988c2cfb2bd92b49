import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { SluiceError, asSluiceError } from '../errors.ts';
import type { Cluster } from './cluster.ts';
import type { Identity } from './identity.ts';

/** An API server's address for one external program. */
interface ProxyFor {
  /**
   * URL without a slash at its end. Its path is the secret that lets in: the clients of Kubernetes send no token over
   * plain HTTP. Give it to the program in its environment, never as an argument, and never log it.
   */
  server: string;
  /** Ends it and what is under way in it. */
  close(): Promise<void>;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** The API server takes no larger ones. */
const mostBodyBytes = 4 * 1024 * 1024;

/**
 * Opens an address of the API server on loopback, for an external program that acts for the asker: each request goes on
 * with Sluice's own credentials and the asker's impersonation, whatever the program says of who it is. So no credential
 * is written to a file or handed out, and the API server decides with the asker's rights. It ends when it is closed.
 */
export async function openProxyFor(cluster: Pick<Cluster, 'client'>, identity: Identity): Promise<ProxyFor> {
  const secret = randomBytes(32).toString('hex');
  const ended = new AbortController();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathBehind(secret, request.url ?? '');
    if (path === undefined) {
      refuse(response, 403, 'Forbidden', 'This address is not for you.');
      return;
    }
    if (!methods.includes(request.method ?? '') || climbs(path)) {
      refuse(response, 400, 'BadRequest', 'This request is not passed on.');
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const body = await bodyOf(request);
      const answered = await cluster.client.forward({
        method: request.method ?? 'GET',
        path,
        accept: request.headers.accept,
        contentType: request.headers['content-type'],
        body: body.length === 0 ? undefined : body,
        as: identity,
        signal: AbortSignal.any([ended.signal, gone.signal]),
      });
      response.writeHead(answered.status, {
        ...(answered.contentType !== undefined && { 'content-type': answered.contentType }),
      });
      // A watch that is silent still has to be known to stand.
      response.flushHeaders();
      await pipeline(answered.body, response);
    } catch (thrown) {
      if (response.headersSent || gone.signal.aborted) {
        response.destroy();
        return;
      }
      const error = asSluiceError(thrown);
      const tooLarge = error.kind === 'too_large';
      refuse(response, tooLarge ? 413 : 502, tooLarge ? 'RequestEntityTooLarge' : 'ServiceUnavailable', error.message);
    }
  }

  const server = createServer((request, response) => {
    void answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server: `http://127.0.0.1:${port}/${secret}`,
    async close() {
      if (ended.signal.aborted) return;
      ended.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What follows the secret; undefined when it is not the right one. */
function pathBehind(secret: string, url: string): string | undefined {
  const given = Buffer.from(url.slice(1, 1 + secret.length));
  const known = Buffer.from(secret);
  if (given.length !== known.length || !timingSafeEqual(given, known)) return undefined;
  const path = url.slice(1 + secret.length);
  return path.startsWith('/') ? path : undefined;
}

/** A path that would leave the API server's own, where that stands below a path of a proxy. */
function climbs(path: string): boolean {
  const [plain = ''] = path.split('?', 1);
  return /(^|\/|%2f)(\.|%2e){1,2}(\/|%2f|$)/i.test(plain);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBodyBytes) throw new SluiceError('too_large', 'The request is larger than the API server takes.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, code: number, reason: string, message: string): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }));
}
