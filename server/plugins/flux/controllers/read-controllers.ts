import { SluiceError, asSluiceError } from '../../../errors.ts';
import type { AccessRule } from '../../../errors.ts';
import { readBriefly } from '../../../kube/brief-reads.ts';
import type { Cluster, Problem } from '../../../kube/cluster.ts';
import { identityKey } from '../../../kube/identity.ts';
import type { Identity } from '../../../kube/identity.ts';
import { listPods } from '../../../kube/pods.ts';
import type { Pod } from '../../../kube/pods.ts';
import { entriesAt, instantAt, isTrueAt, listAt, numberAt, textAt } from '../read.ts';
import { byController, controllerDefinitions, controllerOfPod, fluxNamespace, isController } from './names.ts';

/** A custom resource a controller serves. */
export interface ServedDefinition {
  kind: string;
  /** `kustomizations.kustomize.toolkit.fluxcd.io` */
  name: string;
  group: string;
  versions: { name: string; served: boolean; storage: boolean; deprecated: boolean }[];
  /** Objects may still be stored in these. */
  storedVersions: string[];
}

/** A controller as its Deployment, pods and lease tell it. */
export interface Controller {
  name: string;
  namespace: string;
  purpose: string;
  image: string;
  /** The image's tag; undefined where it is named by digest only. */
  version: string | undefined;
  wanted: number;
  ready: number;
  /** The Deployment's controller has seen its newest spec and all replicas are of it. */
  upToDate: boolean;
  /** Of all its pods; undefined where pods may not be listed. */
  restarts: number | undefined;
  lastEnd: { reason: string; exitCode: number | undefined; at: string | undefined; pod: string } | undefined;
  /** Why a container of it does not run now. */
  waiting: string | undefined;
  /** Undefined where leases may not be listed, or it has none. */
  leader: { pod: string; renewedAt: string | undefined; transitions: number } | undefined;
  /** Arguments that change how it works; those it always has are left out. */
  arguments: string[];
  distribution: Readonly<Record<string, string>>;
  createdAt: string | undefined;
  definitions: ServedDefinition[];
}

/** All controllers and what could not be read of them. */
export interface Controllers {
  namespace: string;
  controllers: Controller[];
  /** `2.9.2`, of Flux as a whole. */
  fluxVersion: string | undefined;
  problems: Problem[];
  at: Date;
}

interface Listed {
  items?: unknown[];
}

const crdGroup = 'apiextensions.k8s.io';
/** CustomResourceDefinitions are large and change with an upgrade only. */
const definitionsKeptSeconds = 60;

/** The right without which nothing is told of the controllers. */
export function controllersRule(cluster: Cluster): AccessRule {
  return { verb: 'list', group: 'apps', resource: 'deployments', namespace: fluxNamespace(cluster) };
}

/**
 * Reads the controllers of Flux as the asker, kept for seconds. Deployments are what it takes; pods, leases and
 * CustomResourceDefinitions that cannot be read are problems of the answer. Throws forbidden and unreachable.
 */
export async function readControllers(cluster: Cluster, identity: Identity): Promise<Controllers> {
  const namespace = fluxNamespace(cluster);
  const within = encodeURIComponent(namespace);
  const problems: Problem[] = [];

  async function part<T>(subject: string, rule: AccessRule, read: () => Promise<T>): Promise<T | undefined> {
    try {
      await demand(cluster, identity, rule, subject);
      return await read();
    } catch (thrown) {
      const error = asSluiceError(thrown);
      if (error.kind === 'internal') throw thrown;
      const { kind } = error;
      const isTold = kind === 'forbidden' || kind === 'unreachable' || kind === 'bad_credentials';
      problems.push({ kind: isTold ? kind : 'failed', subject, message: error.message, missing: error.missing });
      return undefined;
    }
  }

  await demand(cluster, identity, controllersRule(cluster), 'Deployments');
  const [deployments, pods, leases, definitions] = await Promise.all([
    readBriefly<Listed>(cluster, identity, { path: `/apis/apps/v1/namespaces/${within}/deployments` }),
    part('Pods', { verb: 'list', group: '', resource: 'pods', namespace }, () =>
      listPods(cluster, identity, namespace),
    ),
    part('Leases', { verb: 'list', group: 'coordination.k8s.io', resource: 'leases', namespace }, () =>
      readBriefly<Listed>(cluster, identity, { path: `/apis/coordination.k8s.io/v1/namespaces/${within}/leases` }),
    ),
    part('CustomResourceDefinitions', { verb: 'list', group: crdGroup, resource: 'customresourcedefinitions' }, () =>
      readBriefly<Listed>(
        cluster,
        identity,
        {
          path: `/apis/${crdGroup}/v1/customresourcedefinitions`,
          query: { labelSelector: 'app.kubernetes.io/part-of=flux' },
        },
        definitionsKeptSeconds,
      ),
    ),
  ]);
  const served = (definitions?.items ?? []).map(definitionOf);
  const controllers = (deployments.items ?? [])
    .filter((item) => isController(textAt(item, 'metadata', 'name') ?? '', labelsOf(item)))
    .map((item) => controllerOf(item, pods, leases?.items, served))
    .toSorted(byController);
  const found = {
    namespace,
    controllers,
    fluxVersion: versionOf(deployments.items ?? []),
    problems,
    at: new Date(),
  };
  remember(cluster, identity, found);
  return found;
}

const known = new WeakMap<Cluster, Map<string, Controllers>>();
const knownForMilliseconds = 10 * 60_000;

function remember(cluster: Cluster, identity: Identity, found: Controllers): void {
  const byAsker = known.get(cluster) ?? new Map<string, Controllers>();
  known.set(cluster, byAsker);
  if (byAsker.size >= 1_000) byAsker.clear();
  byAsker.set(identityKey(identity), found);
}

/** The controllers as the asker has seen them lately: what asks the API server nothing shows these, with their age. */
export function controllersSeen(cluster: Cluster, identity: Identity): Controllers | undefined {
  const seen = known.get(cluster)?.get(identityKey(identity));
  return seen !== undefined && Date.now() - seen.at.getTime() < knownForMilliseconds ? seen : undefined;
}

/** Whether it is to run and no replica of it is ready: its objects stand still. */
export function isDown({ wanted, ready }: Controller): boolean {
  return wanted > 0 && ready === 0;
}

async function demand(cluster: Cluster, identity: Identity, rule: AccessRule, subject: string): Promise<void> {
  if (await cluster.access.can(identity, rule)) return;
  const where = rule.namespace === undefined ? '' : ` in ${rule.namespace}`;
  throw new SluiceError('forbidden', `${identity.name} may not list ${subject}${where}.`, { missing: [rule] });
}

function labelsOf(item: unknown): Record<string, string> {
  return Object.fromEntries(
    entriesAt(item, 'metadata', 'labels').flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

/** Flux's manifests label everything with the version of the whole. */
function versionOf(deployments: readonly unknown[]): string | undefined {
  for (const item of deployments) {
    const labels = labelsOf(item);
    const version = labels['app.kubernetes.io/version'];
    if (labels['app.kubernetes.io/part-of'] === 'flux' && version !== undefined) return version.replace(/^v/, '');
  }
  return undefined;
}

function controllerOf(
  item: unknown,
  pods: readonly Pod[] | undefined,
  leases: readonly unknown[] | undefined,
  served: readonly ServedDefinition[],
): Controller {
  const name = textAt(item, 'metadata', 'name') ?? '';
  const containers = listAt(item, 'spec', 'template', 'spec', 'containers');
  const main = containers.find((each) => textAt(each, 'name') === 'manager') ?? containers[0];
  const image = textAt(main, 'image') ?? '';
  const wanted = numberAt(item, 'spec', 'replicas') ?? 1;
  const generation = numberAt(item, 'metadata', 'generation') ?? 0;
  const own = pods?.filter((pod) => controllerOfPod(pod) === name);
  const definition = controllerDefinitions.find((each) => each.name === name);
  return {
    name,
    namespace: textAt(item, 'metadata', 'namespace') ?? '',
    purpose: definition?.purpose ?? '',
    image,
    version: /:([\w.-]+)(?:@|$)/.exec(image.slice(image.lastIndexOf('/') + 1))?.[1],
    wanted,
    ready: numberAt(item, 'status', 'readyReplicas') ?? 0,
    upToDate:
      (numberAt(item, 'status', 'observedGeneration') ?? 0) >= generation &&
      (numberAt(item, 'status', 'updatedReplicas') ?? 0) >= wanted,
    ...podFacts(own),
    leader: leaderOf(name, own, leases),
    arguments: listAt(main, 'args').flatMap((each) => (typeof each === 'string' && isOfNote(each) ? [each] : [])),
    distribution: distributionOf(item),
    createdAt: instantAt(item, 'metadata', 'creationTimestamp'),
    definitions: served.filter((each) => definition?.resources.includes(each.name)),
  };
}

function podFacts(pods: readonly Pod[] | undefined): Pick<Controller, 'restarts' | 'lastEnd' | 'waiting'> {
  if (pods === undefined) return { restarts: undefined, lastEnd: undefined, waiting: undefined };
  const containers = pods.flatMap((pod) => pod.containers.map((container) => ({ pod: pod.name, ...container })));
  const [lastEnd] = containers
    .flatMap(({ last, pod }) => (last === undefined ? [] : [{ ...last, pod }]))
    .toSorted((one, other) => ((one.at ?? '') < (other.at ?? '') ? 1 : -1));
  return {
    restarts: containers.reduce((sum, { restarts }) => sum + restarts, 0),
    lastEnd,
    waiting: containers.find(({ state }) => state === 'waiting')?.reason,
  };
}

function holderOf(lease: unknown): string | undefined {
  return textAt(lease, 'spec', 'holderIdentity')?.split('_')[0];
}

/**
 * Leases are named `<controller>-leader-election`, with a hash behind it where the controller selects by label (a shard
 * of several, whose Deployments have names of their own); the holder is `<pod>_<uid>`.
 */
function leaderOf(
  name: string,
  own: readonly Pod[] | undefined,
  leases: readonly unknown[] | undefined,
): Controller['leader'] {
  const lease =
    leases?.find((each) => own?.some((pod) => pod.name === holderOf(each))) ??
    leases?.find((each) => [name, `${name}-leader-election`].includes(textAt(each, 'metadata', 'name') ?? ''));
  const pod = holderOf(lease);
  if (pod === undefined) return undefined;
  return {
    pod,
    renewedAt: textAt(lease, 'spec', 'renewTime'),
    transitions: numberAt(lease, 'spec', 'leaseTransitions') ?? 0,
  };
}

const usualArguments =
  /^--(?:events-addr|watch-all-namespaces(?:=true)?$|log-level=info$|log-encoding=json$|enable-leader-election(?:=true)?$|storage-path|storage-adv-addr)/;

function isOfNote(argument: string): boolean {
  return !usualArguments.test(argument);
}

const distributionLabels = ['app.kubernetes.io/managed-by', 'app.kubernetes.io/instance', 'app.kubernetes.io/version'];

function distributionOf(item: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labelsOf(item)).filter(
      ([label]) => distributionLabels.includes(label) || label.startsWith('fluxcd.controlplane.io/'),
    ),
  );
}

function definitionOf(item: unknown): ServedDefinition {
  return {
    kind: textAt(item, 'spec', 'names', 'kind') ?? '',
    name: textAt(item, 'metadata', 'name') ?? '',
    group: textAt(item, 'spec', 'group') ?? '',
    versions: listAt(item, 'spec', 'versions').map((version) => ({
      name: textAt(version, 'name') ?? '',
      served: isTrueAt(version, 'served'),
      storage: isTrueAt(version, 'storage'),
      deprecated: isTrueAt(version, 'deprecated'),
    })),
    storedVersions: listAt(item, 'status', 'storedVersions').filter((each): each is string => typeof each === 'string'),
  };
}
