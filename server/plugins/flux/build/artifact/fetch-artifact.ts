import { createHash, getHashes } from 'node:crypto';
import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import NodeCache from 'node-cache';
import { Agent, request } from 'undici';
import { asSluiceError, SluiceError } from '../../../../errors.ts';
import { readBytes } from '../../../../kube/bytes.ts';
import type { Cluster } from '../../../../kube/cluster.ts';
import { KubeError } from '../../../../kube/kube-error.ts';
import { identityKey } from '../../../../kube/identity.ts';
import type { Identity } from '../../../../kube/identity.ts';
import type { Artifact } from './find-artifact.ts';

const mostBytes = 64 * 1024 * 1024;
const keptSeconds = 120;
const mostKeptBytes = 128 * 1024 * 1024;
const answersWithin = 60_000;

/** What was fetched lately, so that looking twice at one build fetches once. */
const kept = new NodeCache({ useClones: false, stdTTL: keptSeconds, checkperiod: 30 });

interface Fetch {
  cluster: Cluster;
  /** Who asks: the API server's proxy judges by it. */
  identity: Identity;
  artifact: Artifact;
  signal?: AbortSignal | undefined;
}

/**
 * Fetches a source's artifact and checks its digest. Where it is offered by a Service of a cluster that Sluice is outside of,
 * through the API server's proxy as the asker, who needs `get services/proxy`; else straight from where it is offered.
 * Throws `forbidden` with the missing right, `not_found` when source-controller has dropped it, `refused` when it is not what
 * the source says it is.
 */
export async function fetchArtifact(fetch: Fetch): Promise<Buffer> {
  const { cluster, identity, artifact } = fetch;
  const place = placeOf(artifact.url, cluster);
  const who = place.kind === 'service' ? identityKey(identity) : '';
  const key = JSON.stringify([cluster.name, who, artifact.url, artifact.digest]);
  const known = kept.get<Buffer>(key);
  if (known !== undefined) return known;
  const bytes = place.kind === 'service' ? await throughProxy(fetch, place) : await straight(fetch, place.url);
  verify(bytes, artifact);
  keep(key, bytes);
  return bytes;
}

function keep(key: string, bytes: Buffer): void {
  const all = kept.keys();
  let size = bytes.length + all.reduce((sum, each) => sum + (kept.get<Buffer>(each)?.length ?? 0), 0);
  for (const oldest of all) {
    if (size <= mostKeptBytes) break;
    size -= kept.take<Buffer>(oldest)?.length ?? 0;
  }
  kept.set(key, bytes);
}

type Place = { kind: 'service'; path: string } | { kind: 'direct'; url: URL };

/** How to get at an artifact's address from where Sluice runs. Throws `refused` for what is no address of a web server. */
function placeOf(address: string, cluster: Pick<Cluster, 'client'>): Place {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw notFollowed();
  }
  const service = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\..*)?$/.exec(url.hostname);
  if (service === null || runsWithin(cluster)) return { kind: 'direct', url };
  const [, name = '', namespace = ''] = service;
  const scheme = url.protocol.slice(0, -1);
  const port = url.port === '' ? (scheme === 'https' ? '443' : '80') : url.port;
  const proxy = `/api/v1/namespaces/${namespace}/services/${scheme}:${name}:${port}/proxy`;
  return { kind: 'service', path: `${proxy}${url.pathname}` };
}

/** Whether Sluice itself is a pod of this cluster, so that the names of its Services lead somewhere. */
function runsWithin({ client }: Pick<Cluster, 'client'>): boolean {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (!host || !port) return false;
  return (
    URL.parse(client.server)?.host === URL.parse(`https://${host.includes(':') ? `[${host}]` : host}:${port}`)?.host
  );
}

async function throughProxy(
  { cluster, identity, artifact, signal }: Fetch,
  { path }: { path: string },
): Promise<Buffer> {
  try {
    return await cluster.client.bytes({
      path,
      as: identity,
      mostBytes,
      timeoutMilliseconds: answersWithin,
      accept: '*/*',
      ...(signal !== undefined && { signal }),
    });
  } catch (thrown) {
    signal?.throwIfAborted();
    const error = asSluiceError(thrown);
    // The API server's own refusals have a reason; those of the server behind the Service have none.
    const isFromBehind = error instanceof KubeError && error.httpStatus > 0 && error.reason === 'Unknown';
    if (error.kind === 'not_found') throw isFromBehind ? gone(artifact) : nowhere(path);
    if (isFromBehind) throw answered(error.httpStatus);
    if (error.kind !== 'forbidden') throw error;
    throw new SluiceError('forbidden', 'You may not fetch the artifact through the API server.', {
      missing: error.missing,
      wayOut: `It takes the right to get services/proxy of the Service that offers it; inside of the cluster Sluice fetches it itself.`,
      cause: error,
    });
  }
}

async function straight({ artifact, signal }: Fetch, url: URL): Promise<Buffer> {
  const limit = AbortSignal.timeout(answersWithin);
  try {
    const host = url.hostname.replaceAll(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && isOwnLink({ address: host, family: isIP(host) })) throw notFollowed();
    const { statusCode, body } = await request(url, {
      dispatcher: connections,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      headersTimeout: answersWithin,
    });
    if (statusCode === 200) return await readBytes(body, mostBytes);
    await body.dump();
    if (statusCode === 404) throw gone(artifact);
    throw answered(statusCode);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SluiceError) throw error;
    if (limit.aborted) throw new SluiceError('timed_out', 'The artifact did not come within 60 seconds.');
    throw new SluiceError('unreachable', `The artifact cannot be fetched from ${url.host}.`, {
      wayOut: 'Sluice reaches artifacts by the address that the source’s status tells.',
      cause: error,
    });
  }
}

/** Addresses that no artifact server has: clouds tell machines their credentials there. */
const ownLink = new BlockList();
ownLink.addSubnet('169.254.0.0', 16, 'ipv4');
ownLink.addSubnet('fe80::', 10, 'ipv6');
ownLink.addAddress('fd00:ec2::254', 'ipv6');

function isOwnLink({ address, family }: LookupAddress): boolean {
  return ownLink.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function notFollowed(): SluiceError {
  return new SluiceError('refused', 'The source names an artifact address that Sluice does not follow.');
}

/** Connects to what was looked at: a name could lead elsewhere when it is asked for a second time. */
const connections = new Agent({
  connect: {
    lookup(hostname, options, done) {
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        const [first] = addresses ?? [];
        if (error !== null || first === undefined) done(error, []);
        else if (addresses.some(isOwnLink)) done(notFollowed(), []);
        else if (options.all === true) done(null, addresses);
        else done(null, first.address, first.family);
      });
    },
  },
});

function answered(status: number): SluiceError {
  return new SluiceError('unreachable', `The artifact’s server answered with the status ${status}.`);
}

function nowhere(path: string): SluiceError {
  const [, namespace = '', service = ''] = /\/namespaces\/([^/]+)\/services\/[^:]*:([^:]+):/.exec(path) ?? [];
  return new SluiceError('not_found', `There is no Service ${namespace}/${service} that offers the artifact.`, {
    wayOut: 'The source tells an address that its controller had when it stored the artifact; reconcile the source.',
  });
}

function gone({ source, revision }: Artifact): SluiceError {
  return new SluiceError(
    'not_found',
    `The artifact ${revision} of ${source.kind} ${source.name} is no longer offered.`,
    {
      wayOut: 'source-controller keeps the newest ones only. Reconcile the source to get it made again.',
    },
  );
}

function verify(bytes: Buffer, { digest }: Artifact): void {
  const [algorithm = '', expected] = digest.split(':');
  if (!/^sha(?:256|384|512)$/.test(algorithm) || !getHashes().includes(algorithm)) {
    throw new SluiceError(
      'refused',
      `The artifact’s digest is of a kind that Sluice cannot check: ${algorithm.slice(0, 20)}.`,
    );
  }
  if (createHash(algorithm).update(bytes).digest('hex') === expected) return;
  throw new SluiceError('refused', 'The artifact that came is not the one the source tells of: its digest differs.');
}
