import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  httpVersion: string;
  body: unknown;
}

/** Answers a request: the returned value as JSON, or nothing when it has written (or will write) to `response` itself. */
export type Script = (request: SeenRequest, response: ServerResponse) => unknown;

export interface ScriptedApi {
  url: string;
  seen: SeenRequest[];
  close(): Promise<void>;
}

/** An HTTP server on a free port of loopback that answers by script and remembers what it was asked. */
export async function scriptedApi(
  script: Script,
  options: { port?: number; tls?: { cert: string; key: string } } = {},
): Promise<ScriptedApi> {
  const seen: SeenRequest[] = [];
  const listener: RequestListener = (message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const url = new URL(`http://host${message.url ?? '/'}`);
      const text = Buffer.concat(chunks).toString();
      const request = {
        method: message.method ?? 'GET',
        path: (message.url ?? '/').split('?', 1)[0] ?? '/',
        query: url.searchParams,
        headers: message.headers,
        rawHeaders: message.rawHeaders,
        httpVersion: message.httpVersion,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      };
      seen.push(request);
      const answer = script(request, response);
      if (answer !== undefined) response.end(JSON.stringify(answer));
    });
  };
  const server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    seen,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Answers with a `Status`, as the API server refuses. */
export function refuse(response: ServerResponse, code: number, status: object = {}): undefined {
  response.statusCode = code;
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, ...status }));
}
