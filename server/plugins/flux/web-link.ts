import { parseRevision } from './revision.ts';

/** A Git address taken apart: host and path of the repository, as its web page has them. */
interface Repository {
  host: string;
  /** Without slashes around it and without `.git`. */
  path: string;
  scheme: 'https' | 'http';
  /** Given as a web address, not for SSH. */
  isWeb: boolean;
}

/**
 * The web page of a repository, from the address Flux fetches it by; undefined where the address names no page that a
 * reader could open. Never carries credentials.
 */
export function repositoryLink(url: string | undefined): string | undefined {
  const repository = url === undefined ? undefined : parse(url);
  if (repository === undefined || isInternal(repository.host)) return undefined;
  const forge = forgeOf(repository.host);
  if (forge === undefined && !repository.isWeb) return undefined;
  return pageOf(repository, forge);
}

/**
 * The web page of a commit. `revision` is Flux's (`main@sha1:4f1a…`) or a plain commit; undefined where it names no
 * commit or the host's pages are not known.
 */
export function commitLink(url: string | undefined, revision: string | undefined): string | undefined {
  const repository = url === undefined ? undefined : parse(url);
  if (repository === undefined || revision === undefined || isInternal(repository.host)) return undefined;
  const { hash } = parseRevision(revision);
  const forge = forgeOf(repository.host);
  if (forge === undefined || hash === undefined || !isCommit(revision, hash)) return undefined;
  return `${pageOf(repository, forge)}${forge.commit}${hash}`;
}

/** A digest of an artifact is no commit. */
function isCommit(revision: string, hash: string): boolean {
  if (/sha256:|sha512:|sha384:|blake3:/.test(revision)) return false;
  return hash.length === 40 || hash.length === 64;
}

interface Forge {
  hosts: RegExp;
  commit: string;
  /** The page's path, where it is not the repository's own. */
  path?(repository: Repository): string;
  host?(host: string): string;
}

/** Hosts whose pages are known, also self-hosted ones that carry the product's name. */
const forges: readonly Forge[] = [
  { hosts: /(?:^|\.)github\.|^github/, commit: '/commit/' },
  { hosts: /(?:^|\.)gitlab\.|^gitlab/, commit: '/-/commit/' },
  { hosts: /^(?:.*\.)?bitbucket\.org$/, commit: '/commits/' },
  { hosts: /(?:^|\.)(?:gitea|forgejo)\.|^(?:gitea|forgejo)|^codeberg\.org$/, commit: '/commit/' },
  {
    hosts: /^(?:ssh\.)?dev\.azure\.com$|\.visualstudio\.com$/,
    commit: '/commit/',
    host: (host) => (host === 'ssh.dev.azure.com' ? 'dev.azure.com' : host),
    path: azurePath,
  },
];

/** `v3/org/project/repo` of SSH is `org/project/_git/repo` on the web. */
function azurePath({ path }: Repository): string {
  const ssh = /^v3\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path);
  return ssh === null ? path : `${ssh[1]}/${ssh[2]}/_git/${ssh[3]}`;
}

function forgeOf(host: string): Forge | undefined {
  const name = host.replace(/:\d+$/, '');
  return forges.find((forge) => forge.hosts.test(name));
}

function pageOf(repository: Repository, forge: Forge | undefined): string {
  const host = forge?.host?.(repository.host) ?? repository.host;
  const path = forge?.path?.(repository) ?? repository.path;
  return `${repository.scheme}://${host}/${path.split('/').map(escaped).join('/')}`;
}

/** What is encoded already stays. */
function escaped(step: string): string {
  return encodeURIComponent(safelyDecoded(step)).replaceAll('%40', '@').replaceAll('%3A', ':').replaceAll('%2B', '+');
}

function safelyDecoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function parse(url: string): Repository | undefined {
  const scp = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)([^\s]+)$/.exec(url);
  if (scp !== null && !url.includes('://')) return repository(scp[1], scp[2], 'https', false);
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return undefined;
  }
  if (parsed.protocol === 'https:') return repository(parsed.host, parsed.pathname, 'https', true);
  if (parsed.protocol === 'http:') return repository(parsed.host, parsed.pathname, 'http', true);
  if (parsed.protocol === 'ssh:' || parsed.protocol === 'git:')
    return repository(parsed.hostname, parsed.pathname, 'https', false);
  if (parsed.protocol === 'oci:' && parsed.host === 'ghcr.io')
    return repository(parsed.host, parsed.pathname, 'https', true);
  return undefined;
}

function repository(
  host: string | undefined,
  path: string | undefined,
  scheme: 'https' | 'http',
  isWeb: boolean,
): Repository | undefined {
  const trimmed = (path ?? '')
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  if (host === undefined || host === '' || trimmed === '') return undefined;
  return { host: host.toLowerCase(), path: trimmed, scheme, isWeb };
}

/** Names and addresses that only the cluster or its network knows lead a reader nowhere. */
function isInternal(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return (
    !name.includes('.') ||
    /\.(?:local|internal|invalid|svc|localhost)\.?$/.test(name) ||
    /\.svc\./.test(name) ||
    /^(?:10|127)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^\[/.test(name)
  );
}
