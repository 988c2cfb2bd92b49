import type { ConnectionOptions } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { RequestOptions } from 'node:https';
import { SluiceError } from '../errors.ts';
import { KubeConfig as Config } from './client-node.ts';
import { readKubeconfig, type KubeconfigSource } from './kubeconfig.ts';
import { KubeError } from './kube-error.ts';
import { withoutTokens } from './without-tokens.ts';

/** What a request needs to be let in. Never log it. */
export interface Authorization {
  headers: Record<string, string>;
  tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'rejectUnauthorized' | 'servername'>;
}

/** How to reach one API server, and as whom. */
export interface Credentials {
  readonly server: string;
  /** Where they come from, for messages: `/home/ada/.kube/config, context production`. */
  readonly source: string;
  /** The namespace of the kubeconfig's context, or the pod's own. */
  readonly namespace: string | undefined;
  readonly proxy: string | undefined;
  /** The kubeconfig's own `as` and `as-groups`. */
  readonly actAs: { user: string; groups: readonly string[] } | undefined;
  /**
   * Current headers and TLS settings: token files are read again every minute, exec plugins run when their token expires.
   * Throws bad_credentials, naming the source, when they cannot be had.
   */
  authorize(): Promise<Authorization>;
  /** Reads everything anew, after the API server refused. Throws as when they were made. */
  refresh(): void;
}

/**
 * Credentials of a kubeconfig: given as `text`, as `files`, else the files of KUBECONFIG, else `~/.kube/config`.
 * As kubectl does, the first file that names a thing wins, also for the current context; `context` overrides that.
 * Throws invalid, naming path and reason: missing, unreadable, no YAML, no such context, expired certificate.
 */
export function kubeconfigCredentials(from: KubeconfigSource = {}): Credentials {
  return configCredentials(() => readKubeconfig(from));
}

/**
 * The credentials of the pod's service account. `root` stands before the paths of the mounted files.
 * Throws invalid when this is no pod.
 */
export function inClusterCredentials(root = ''): Credentials {
  return configCredentials(() => {
    if (!process.env.KUBERNETES_SERVICE_HOST || !process.env.KUBERNETES_SERVICE_PORT) {
      const message =
        'Sluice does not run in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set.';
      throw new SluiceError('invalid', message);
    }
    const config = new Config();
    config.loadFromCluster(root);
    return { config, source: 'the pod’s service account', actAs: undefined };
  });
}

/** A bearer token for a server; `ca` is the PEM of the authority that signed the server's certificate. */
export function tokenCredentials({ server, token, ca }: { server: string; token: string; ca?: string }): Credentials {
  return {
    server: server.replace(/\/+$/, ''),
    source: `a token for ${server}`,
    namespace: undefined,
    proxy: undefined,
    actAs: undefined,
    authorize: async () => ({ headers: { authorization: `Bearer ${token}` }, tls: ca === undefined ? {} : { ca } }),
    refresh: () => {},
  };
}

interface Loaded {
  config: KubeConfig;
  source: string;
  actAs: Credentials['actAs'];
}

const shortestBetweenRefreshes = 2_000;

function configCredentials(load: () => Loaded): Credentials {
  let loaded = load();
  let loadedAt = Date.now();
  let pending: Promise<Authorization> | undefined;

  function cluster() {
    const current = loaded.config.getCurrentCluster();
    if (current === null) throw new SluiceError('invalid', `${loaded.source} names no cluster.`);
    return current;
  }
  cluster();

  return {
    get server() {
      return cluster().server.replace(/\/+$/, '');
    },
    get source() {
      return loaded.source;
    },
    get namespace() {
      return loaded.config.getContextObject(loaded.config.getCurrentContext())?.namespace?.trim() || undefined;
    },
    get proxy() {
      return cluster().proxyUrl;
    },
    get actAs() {
      return loaded.actAs;
    },
    authorize() {
      pending ??= readAuthorization(loaded.config)
        .catch((error: unknown) => {
          throw authorizationError(error, loaded.source);
        })
        .finally(() => {
          pending = undefined;
        });
      return pending;
    },
    refresh() {
      if (Date.now() - loadedAt < shortestBetweenRefreshes) return;
      loadedAt = Date.now();
      loaded = load();
      pending = undefined;
    },
  };
}

async function readAuthorization(config: KubeConfig): Promise<Authorization> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  const { ca, cert, key, passphrase, rejectUnauthorized, servername } = options;
  return {
    headers,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(passphrase !== undefined && { passphrase }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
      ...(servername !== undefined && { servername }),
    },
  };
}

function authorizationError(error: unknown, source: string): KubeError {
  const cause = error instanceof Error ? error : new Error(String(error));
  const message = cause instanceof SluiceError ? cause.message : withoutTokens(cause.message);
  const wayOut = cause instanceof SluiceError ? cause.wayOut : undefined;
  return new KubeError('bad_credentials', `The credentials of ${source} cannot be had: ${message}.`, {
    httpStatus: 0,
    reason: (cause as NodeJS.ErrnoException).code ?? 'Credentials',
    ...(wayOut !== undefined && { wayOut }),
  });
}
