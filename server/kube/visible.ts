import { SluiceError, type AccessRule } from '../errors.ts';
import type { Cluster, Collection, Entry, Problem, Scope, Visible } from './cluster.ts';
import type { Identity } from './identity.ts';
import type { GroupResource } from './object.ts';
import { isUnanswered } from './unanswered.ts';
import { pluralInWords } from './words.ts';

const nowhere: Scope = { all: false, namespaces: new Set() };

/**
 * What `identity` may list of a watched resource, and what is missing from it. Never throws: what cannot be had is a
 * problem of the answer.
 */
export async function visible<Summary>(
  cluster: Cluster,
  resource: GroupResource,
  identity: Identity,
): Promise<Visible<Summary>> {
  const collection = cluster.collection<Summary>(resource);
  const subject = pluralInWords(resource.resource, collection.kind);
  const problems = standingProblems(cluster, collection, subject, identity);
  if (collection.state === 'absent') return { entries: [], scope: nowhere, problems, asOf: undefined };
  let scope: Scope;
  try {
    scope = await listScope(cluster, collection, identity, collection.namespaced ? knownNamespaces(cluster) : []);
  } catch (error) {
    const problem = accessProblem(error, subject);
    if (!problems.some((known) => known.message === problem.message)) problems.push(problem);
    return { entries: [], scope: nowhere, problems, asOf: collection.asOf };
  }
  if (!scope.all && scope.namespaces.size === 0) problems.push(notListable(collection, subject, identity));
  return { entries: { [Symbol.iterator]: () => within(collection, scope) }, scope, problems, asOf: collection.asOf };
}

/**
 * One object of a watched resource, if `identity` may list it or get it.
 * Throws forbidden, not_found (no such object, or the resource is not served) or unreachable (not read yet). Rights are
 * asked first, so that nobody learns the names of what they may not see.
 */
export async function getVisible<Summary>(
  cluster: Cluster,
  resource: GroupResource,
  identity: Identity,
  namespace: string | undefined,
  name: string,
): Promise<Entry<Summary>> {
  const collection = cluster.collection<Summary>(resource);
  const called = namespace === undefined ? `${collection.kind} ${name}` : `${collection.kind} ${namespace}/${name}`;
  if (collection.state === 'absent') {
    throw new SluiceError('not_found', `The cluster ${cluster.name} does not serve ${collection.kind}.`);
  }
  await mustSee(cluster, collection, identity, namespace, name, called);
  const entry = collection.get(namespace, name);
  if (entry !== undefined) return entry;
  if (collection.state === 'forbidden') {
    const missing = readRules(resource);
    throw new SluiceError('forbidden', collection.problem ?? `Sluice may not list ${collection.kind}.`, { missing });
  }
  if (collection.state === 'unknown' || collection.state === 'syncing') {
    const { reachable } = cluster;
    const message = reachable.ok ? 'It is still being read; this takes seconds.' : reachable.problem;
    throw new SluiceError(reachable.ok ? 'unreachable' : reachable.kind, `${called} is not known yet. ${message}`);
  }
  throw new SluiceError('not_found', `There is no ${called} in the cluster ${cluster.name}.`);
}

/** Whether `identity` may list a watched resource in one namespace. Throws as the API server says. */
export async function mayList(
  cluster: Cluster,
  resource: GroupResource,
  identity: Identity,
  namespace: string,
): Promise<boolean> {
  const scope = await listScope(cluster, cluster.collection(resource), identity, [namespace]);
  return scope.all || scope.namespaces.has(namespace);
}

/**
 * Where the asker may list. While the API server cannot be asked, whoever is Sluice itself sees what Sluice has read: the
 * same credentials have read it.
 */
export async function listScope(
  cluster: Cluster,
  collection: Collection,
  identity: Identity,
  namespaces: readonly string[],
): Promise<Scope> {
  try {
    return await cluster.access.scope(identity, 'list', collection.resource, namespaces);
  } catch (error) {
    if (isUnanswered(error) && identity.impersonate === undefined) return { all: true };
    throw error;
  }
}

async function mustSee(
  cluster: Cluster,
  collection: Collection,
  identity: Identity,
  namespace: string | undefined,
  name: string,
  called: string,
): Promise<void> {
  const namespaces = namespace === undefined ? [] : [namespace];
  const scope = await listScope(cluster, collection, identity, namespaces);
  if (scope.all || (namespace !== undefined && scope.namespaces.has(namespace))) return;
  const rule: AccessRule = { verb: 'get', ...collection.resource, ...(namespace !== undefined && { namespace }) };
  if (await cluster.access.can(identity, { ...rule, name })) return;
  throw new SluiceError('forbidden', `${identity.name} may not see ${called}.`, { missing: [rule] });
}

interface KnownNamespaces {
  /** All versions of the collections together; it only grows. */
  version: number;
  names: readonly string[];
}

const namesByCluster = new WeakMap<Cluster, KnownNamespaces>();

/**
 * Every namespace in which Sluice has seen something. Asking about the same ones for every resource shares the answers.
 * Kept until something changes: a page asks for each of its kinds.
 */
export function knownNamespaces(cluster: Cluster): readonly string[] {
  const version = cluster.collections().reduce((sum, collection) => sum + collection.version, 0);
  const before = namesByCluster.get(cluster);
  if (before?.version === version) return before.names;
  const names = readNamespaces(cluster);
  namesByCluster.set(cluster, { version, names });
  return names;
}

function readNamespaces(cluster: Cluster): string[] {
  const namespaces = new Set<string>();
  for (const collection of cluster.collections()) {
    if (collection.resource.group === '' && collection.resource.resource === 'namespaces') {
      for (const entry of collection.entries()) namespaces.add(entry.object.metadata.name);
    }
    for (const namespace of collection.namespaces()) namespaces.add(namespace);
  }
  return [...namespaces].sort();
}

function* within<Summary>(collection: Collection<Summary>, scope: Scope): IterableIterator<Entry<Summary>> {
  if (scope.all) {
    yield* collection.entries();
    return;
  }
  for (const namespace of scope.namespaces) yield* collection.inNamespace(namespace);
}

function standingProblems(cluster: Cluster, collection: Collection, subject: string, identity: Identity): Problem[] {
  const lacking = identity.impersonate === undefined ? {} : { lacking: cluster.self };
  const since = collection.asOf === undefined ? {} : { since: collection.asOf };
  switch (collection.state) {
    case 'live':
      return collection.onlyNamespaces === undefined ? [] : [{ ...partlyListable(collection, subject), ...lacking }];
    case 'absent':
      return [{ kind: 'absent', subject, message: `The cluster ${cluster.name} does not serve ${subject}.` }];
    case 'forbidden': {
      const message = collection.problem ?? `Sluice may not list ${subject}.`;
      return [{ kind: 'forbidden', subject, message, missing: readRules(collection.resource), ...lacking }];
    }
    case 'stale':
      return [{ kind: 'stale', subject, message: collection.problem ?? 'The connection is lost.', ...since }];
    case 'unknown':
    case 'syncing':
      if (!cluster.reachable.ok) {
        const { kind, problem, since: lost } = cluster.reachable;
        return [{ kind, subject, message: problem, since: lost }];
      }
      return [{ kind: 'syncing', subject, message: `${subject} are being read for the first time.` }];
  }
}

function partlyListable(collection: Collection, subject: string): Problem {
  const namespaces = collection.onlyNamespaces ?? [];
  const message =
    namespaces.length === 0
      ? `Sluice may list ${subject} in no namespace.`
      : `Sluice may list ${subject} only in ${namespaces.join(', ')}.`;
  return { kind: 'forbidden', subject, message, missing: readRules(collection.resource) };
}

function notListable(collection: Collection, subject: string, identity: Identity): Problem {
  const where = collection.namespaced ? ' in any namespace' : '';
  const message = `${identity.name} may not list ${subject}${where}.`;
  return { kind: 'forbidden', subject, message, missing: [{ verb: 'list', ...collection.resource }] };
}

function readRules(resource: GroupResource): AccessRule[] {
  return ['get', 'list', 'watch'].map((verb) => ({ verb, ...resource }));
}

function accessProblem(error: unknown, subject: string): Problem {
  if (!(error instanceof SluiceError)) throw error;
  const { kind, message } = error;
  const isTold = kind === 'forbidden' || kind === 'unreachable' || kind === 'bad_credentials';
  return {
    kind: isTold ? kind : 'failed',
    subject,
    message,
    ...(error.missing.length > 0 && { missing: error.missing }),
  };
}
