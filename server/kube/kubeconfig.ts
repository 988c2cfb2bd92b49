import { X509Certificate, createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { parse } from 'yaml';
import { SluiceError } from '../errors.ts';
import { KubeConfig as Config } from './client-node.ts';
import { createPluginReader } from './exec-plugin.ts';
import type { ExecPlugin } from './exec-plugin.ts';

export interface KubeconfigSource {
  /** Paths, in order of precedence. */
  files?: readonly string[] | undefined;
  /** The kubeconfig itself, instead of files. */
  text?: string | undefined;
  context?: string | undefined;
}

type Cluster = ReturnType<KubeConfig['getClusters']>[number];
type User = ReturnType<KubeConfig['getUsers']>[number];

interface RawUser {
  as?: string;
  'as-groups'?: string[];
  tokenFile?: string;
}

/**
 * Reads and merges kubeconfigs and selects the context. Throws invalid, naming path and reason.
 * Merging is kubectl's: the first file to name something wins, files of KUBECONFIG that do not exist are passed over
 * unless none exists. (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/)
 */
export function readKubeconfig(from: KubeconfigSource): {
  config: KubeConfig;
  source: string;
  actAs: { user: string; groups: readonly string[] } | undefined;
} {
  const files = from.text === undefined ? existingFiles(from.files) : [];
  const parts =
    from.text === undefined
      ? files.map((file) => parseKubeconfig(readText(file), file))
      : [parseKubeconfig(from.text, 'the given kubeconfig')];
  const config = merge(parts.map((part) => part.config));
  const where = from.text === undefined ? files.join(', ') : 'the given kubeconfig';

  const context = selectContext(config, from.context, where);
  config.setCurrentContext(context.name);
  const source = `${where}, context ${context.name}`;
  const cluster = config.getCluster(context.cluster);
  if (cluster === null) {
    throw invalid(
      `${where}: the context "${context.name}" names the cluster "${context.cluster}", which is not defined.`,
    );
  }
  const user = config.getUser(context.user);
  if (user === null && context.user) {
    throw invalid(`${where}: the context "${context.name}" names the user "${context.user}", who is not defined.`);
  }
  refuseBadCluster(cluster, where);
  allowPlainHttp(cluster);
  if (user !== null) {
    refuseExpiredCertificate(user, where);
    refuseBadKey(user, where);
    if (user.exec) useOwnPluginReader(config, user, withExecInfo(execPluginOf(user, where), cluster));
  }

  const raw = parts.map((part) => part.rawUsers.get(context.user)).find((found) => found !== undefined);
  if (user !== null) Object.assign(user, { impersonateUser: undefined });
  return { config, source, actAs: raw?.as ? { user: raw.as, groups: raw['as-groups'] ?? [] } : undefined };
}

function existingFiles(given: readonly string[] | undefined): string[] {
  const fromEnvironment = (process.env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  const fallback = fromEnvironment.length > 0 ? fromEnvironment : [join(homedir(), '.kube', 'config')];
  const wanted = given !== undefined && given.length > 0 ? given : fallback;
  const existing = wanted.filter((file) => existsSync(file));
  if (existing.length > 0) return existing;
  throw invalid(
    wanted.length === 1
      ? `The kubeconfig ${wanted[0]} does not exist.`
      : `None of these kubeconfigs exists: ${wanted.join(', ')}.`,
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(`The kubeconfig ${file} cannot be read: ${whyUnreadable(error)}.`);
  }
}

function parseKubeconfig(text: string, where: string): { config: KubeConfig; rawUsers: Map<string, RawUser> } {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    const position = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line;
    throw invalid(`The kubeconfig ${where} is not valid YAML${position === undefined ? '' : ` (line ${position})`}.`);
  }
  if (typeof document !== 'object' || document === null || !('clusters' in document || 'contexts' in document)) {
    throw invalid(`${where} is not a kubeconfig: it has neither clusters nor contexts.`);
  }
  const config = new Config();
  const folder = dirname(resolve(where));
  try {
    config.loadFromString(JSON.stringify(document));
    config.makePathsAbsolute(folder);
  } catch (error) {
    throw invalid(`The kubeconfig ${where} is not complete: ${(error as Error).message}.`);
  }
  const rawUsers = new Map<string, RawUser>();
  for (const entry of (document as { users?: { name?: string; user?: RawUser | null }[] | null }).users ?? []) {
    if (entry.name !== undefined) rawUsers.set(entry.name, entry.user ?? {});
  }
  for (const user of config.getUsers()) completeUser(user, rawUsers.get(user.name), folder);
  return { config, rawUsers };
}

/** What kubectl understands and the library does not: `tokenFile`, and plugins given by a path relative to the file. */
function completeUser(user: User, raw: RawUser | undefined, folder: string): void {
  if (raw?.tokenFile) {
    const tokenFile = resolve(folder, raw.tokenFile);
    Object.assign(user, { authProvider: { name: 'tokenFile', config: { tokenFile } }, token: undefined });
  }
  const exec = user.exec as ExecPlugin | null | undefined;
  if (exec?.command?.includes('/') && !isAbsolute(exec.command)) exec.command = join(folder, exec.command);
}

function merge(configs: KubeConfig[]): KubeConfig {
  const merged = new Config();
  merged.loadFromOptions({
    clusters: firstOfEachName(configs.flatMap((config) => config.getClusters())),
    users: firstOfEachName(configs.flatMap((config) => config.getUsers())),
    contexts: firstOfEachName(configs.flatMap((config) => config.getContexts())),
    currentContext: configs.map((config) => config.getCurrentContext()).find((name) => Boolean(name)),
  });
  return merged;
}

function firstOfEachName<Named extends { name: string }>(all: Named[]): Named[] {
  return [...new Map(all.toReversed().map((named) => [named.name, named])).values()].toReversed();
}

function selectContext(config: KubeConfig, wanted: string | undefined, where: string) {
  const names = config.getContexts().map((context) => context.name);
  const known = names.length === 0 ? 'It defines none.' : `It knows ${names.join(', ')}.`;
  const name = wanted ?? config.getCurrentContext();
  if (!name) {
    throw invalid(`The kubeconfig ${where} selects no context (current-context is not set). ${known}`);
  }
  const context = config.getContextObject(name);
  if (context === null) throw invalid(`There is no context "${name}" in the kubeconfig ${where}. ${known}`);
  return context;
}

/** The library refuses http servers unless verification is off, which for http means nothing. */
function allowPlainHttp(cluster: Cluster): void {
  if (!cluster.server.startsWith('http://')) return;
  Object.assign(cluster, { skipTLSVerify: true });
}

function refuseExpiredCertificate(user: User, where: string): void {
  const pem = user.certData ? Buffer.from(user.certData, 'base64') : user.certFile ? readPem(user.certFile) : undefined;
  if (pem === undefined) return;
  const certificate = certificateIn(pem);
  if (certificate === undefined) {
    throw invalid(`${where}: the client certificate of the user "${user.name}" is not a certificate.`);
  }
  if (certificate.validToDate.getTime() > Date.now()) return;
  const day = certificate.validToDate.toISOString().slice(0, 10);
  throw new SluiceError('invalid', `${where}: the client certificate of the user "${user.name}" expired on ${day}.`, {
    wayOut: 'Get a new kubeconfig from whoever runs the cluster, or renew the certificate.',
  });
}

function certificateIn(pem: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function refuseBadKey(user: User, where: string): void {
  const pem = user.keyData ? Buffer.from(user.keyData, 'base64') : user.keyFile ? readPem(user.keyFile) : undefined;
  if (pem === undefined) return;
  try {
    createPrivateKey(pem);
  } catch {
    throw invalid(`${where}: the client key of the user "${user.name}" is not a private key that can be used.`);
  }
}

/** What is wrong with the address, the proxy or the authority of a cluster would else come out as a lost connection. */
function refuseBadCluster(cluster: Cluster, where: string): void {
  const of = `${where}: the cluster "${cluster.name}"`;
  if (!isUrl(cluster.server, ['http:', 'https:'])) {
    throw invalid(`${of} has a server that is no address: it must begin with https:// or http:// and name a host.`);
  }
  if (cluster.proxyUrl && !isUrl(cluster.proxyUrl, ['http:', 'https:', 'socks5:', 'socks5h:'])) {
    throw invalid(`${of} has a proxy-url that is no address: it must begin with http://, https:// or socks5://.`);
  }
  const authority = cluster.caData
    ? Buffer.from(cluster.caData, 'base64')
    : cluster.caFile
      ? readPem(cluster.caFile)
      : undefined;
  if (authority === undefined || cluster.skipTLSVerify) return;
  if (certificateIn(authority) === undefined) {
    throw invalid(`${of} has a certificate authority that is not a certificate.`);
  }
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text);
  return url !== null && protocols.includes(url.protocol) && url.hostname !== '';
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw invalid(`The file ${file} that the kubeconfig names cannot be read: ${whyUnreadable(error)}.`);
  }
}

function whyUnreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES') return 'permission denied';
  return code === 'EISDIR' ? 'it is a folder' : (code ?? 'unknown reason');
}

function execPluginOf(user: User, where: string): ExecPlugin {
  const exec = user.exec as Partial<ExecPlugin>;
  if (typeof exec.command !== 'string' || exec.command === '') {
    throw invalid(`${where}: the exec plugin of the user "${user.name}" names no command.`);
  }
  return exec as ExecPlugin;
}

/** The library's own reader gives a plugin that hangs all the time there is, and leaves standard input open to it. */
function useOwnPluginReader(config: KubeConfig, user: User, plugin: ExecPlugin): void {
  const read = createPluginReader(plugin);
  Object.assign(user, { exec: undefined });
  config.addAuthenticator({
    isAuthProvider: (other) => other.name === user.name,
    async applyAuthentication(_user, options) {
      const { token, certificate, key } = await read();
      if (token !== undefined) Object.assign((options.headers ??= {}), { Authorization: `Bearer ${token}` });
      if (certificate !== undefined && key !== undefined) Object.assign(options, { cert: certificate, key });
    },
  });
}

/** Plugins learn from KUBERNETES_EXEC_INFO which API they are asked in, that nobody is there to ask, and of which cluster. */
function withExecInfo(exec: ExecPlugin, cluster: Cluster): ExecPlugin {
  const info = {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo === true && {
        cluster: {
          server: cluster.server,
          'tls-server-name': cluster.tlsServerName,
          'insecure-skip-tls-verify': cluster.skipTLSVerify,
          'certificate-authority-data':
            cluster.caData ?? (cluster.caFile ? readPem(cluster.caFile).toString('base64') : undefined),
        },
      }),
    },
  };
  return { ...exec, env: [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] };
}

function invalid(message: string): SluiceError {
  return new SluiceError('invalid', message);
}
