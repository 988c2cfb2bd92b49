import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { parse } from 'yaml';

/** The user agent of every request of the suite: by it the audit log tells them apart. */
export const contractAgent = 'sluice-contract';

interface ContractRequest {
  method: string;
  /** With its query. */
  path: string;
  headers?: Record<string, string | string[]>;
  /** Text is sent as it is, everything else as JSON. */
  body?: unknown;
  /** Closes the connection as soon as the answer begins: for watches of which only the start counts. */
  startOnly?: boolean;
}

export interface Answer {
  code: number;
  contentType: string;
  text: string;
}

/** One identity's connection to one API server. */
export interface ContractClient {
  send: (request: ContractRequest) => Promise<Answer>;
  close: () => void;
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[];
  users: { user: { token: string } }[];
}

/** Raw requests as a kubeconfig's first user to its first cluster: nothing interpreted, nothing thrown for a refusal. */
export function contractClient(kubeconfig: string): ContractClient {
  const { clusters, users } = parse(kubeconfig) as Kubeconfig;
  const [{ cluster } = { cluster: { server: '' } }] = clusters;
  const token = users[0]?.user.token ?? '';
  const authority = 'certificate-authority-data' in cluster ? cluster['certificate-authority-data'] : undefined;
  const ca = authority === undefined ? undefined : Buffer.from(authority, 'base64');
  const { protocol, hostname, port } = new URL(cluster.server);
  const isTls = protocol === 'https:';
  const agent = isTls ? new HttpsAgent({ keepAlive: true, ca }) : new HttpAgent({ keepAlive: true });
  const open = isTls ? httpsRequest : httpRequest;

  return {
    close: () => agent.destroy(),
    send: ({ method, path, headers, body, startOnly }) =>
      new Promise((resolve, reject) => {
        const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
        const outgoing = open(
          {
            agent,
            hostname,
            port,
            method,
            path,
            headers: {
              accept: 'application/json',
              authorization: `Bearer ${token}`,
              'user-agent': contractAgent,
              ...(payload !== undefined && {
                'content-type': 'application/json',
                'content-length': String(Buffer.byteLength(payload)),
              }),
              ...headers,
            },
          },
          (incoming) => {
            const code = incoming.statusCode ?? 0;
            const contentType = incoming.headers['content-type'] ?? '';
            if (startOnly && code < 300) {
              resolve({ code, contentType, text: '' });
              outgoing.destroy();
              return;
            }
            const chunks: Buffer[] = [];
            incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
            incoming.on('error', reject);
            incoming.on('end', () => resolve({ code, contentType, text: Buffer.concat(chunks).toString() }));
          },
        );
        outgoing.on('error', reject);
        outgoing.end(payload);
      }),
  };
}
