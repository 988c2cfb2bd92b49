import { Agent, request as httpsRequest } from 'node:https';

/** An object as the Kubernetes API speaks it, read and written without a schema. */
export type KubeObject = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [field: string]: unknown };
  [field: string]: unknown;
};

/** The API server refused or failed; `status` is the HTTP status. */
export class RequestError extends Error {
  readonly status: number;

  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path}: ${status} ${messageOf(body)}`);
    this.status = status;
  }
}

function messageOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (parsed && typeof parsed === 'object' && 'message' in parsed) return String(parsed.message);
  } catch {
    // Not every refusal is JSON; the text itself is then the message.
  }
  return body.slice(0, 500);
}

export type Requester = {
  /**
   * One call with the given bearer token. A text body is sent as it is, anything else as JSON.
   *
   * @throws RequestError at status 400 and above, and the socket's error when the server cannot be reached.
   */
  send(options: {
    method: string;
    path: string;
    body?: unknown;
    contentType?: string | undefined;
    token: string;
  }): Promise<unknown>;
  close(): void;
};

/** Plain HTTPS calls to one API server over at most 48 kept connections. */
export function createRequester(server: string, certificateAuthority: string): Requester {
  const { hostname, port } = new URL(server);
  const agent = new Agent({ keepAlive: true, maxSockets: 48, ca: certificateAuthority });
  return {
    send: ({ method, path, body, contentType, token }) =>
      new Promise((resolve, reject) => {
        const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
        const outgoing = httpsRequest(
          {
            agent,
            hostname,
            port,
            method,
            path,
            headers: {
              authorization: `Bearer ${token}`,
              accept: 'application/json',
              'user-agent': 'sluice-test-cluster',
              ...(payload !== undefined && {
                'content-type': contentType ?? 'application/json',
                'content-length': Buffer.byteLength(payload),
              }),
            },
          },
          (incoming) => {
            const chunks: Buffer[] = [];
            incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
            incoming.on('error', reject);
            incoming.on('end', () => {
              const text = Buffer.concat(chunks).toString('utf8');
              const status = incoming.statusCode ?? 0;
              if (status >= 400) return reject(new RequestError(method, path, status, text));
              const json = incoming.headers['content-type']?.startsWith('application/json') ?? false;
              resolve(json ? JSON.parse(text) : text);
            });
          },
        );
        outgoing.on('error', reject);
        outgoing.end(payload);
      }),
    close: () => agent.destroy(),
  };
}
