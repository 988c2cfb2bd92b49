import type { About } from '../because/rule.ts';
import { quoted } from '../commands.ts';
import { conditionsOf } from '../conditions.ts';
import { referenceKey } from '../references.ts';
import type { ObjectReference } from '../summary.ts';
import { fluxReconcile, kubectl, namespaceOf, withCommand } from './fixes/remedy.ts';
import type { Remedy } from './fixes/remedy.ts';
import { podFix } from './pod-fixes.ts';

/** An object that a Kustomization or HelmRelease owns, or that one of those made: a Deployment, its ReplicaSets, its Pods. */
export interface Workload {
  reference: ObjectReference;
  /** What made it; undefined for what Flux applied. */
  owner: ObjectReference | undefined;
  /** Waiting will not help: it failed. Not yet: it is on its way, and late. */
  health: 'healthy' | 'not yet' | 'failed';
  /** A phrase that may follow its name: `2 of 3 pods ready`. */
  says: string;
  /** The machine's reason: `ImagePullBackOff`. */
  reason: string | undefined;
  /** The longer words of who reported it, masked. */
  detail: string | undefined;
  images: readonly string[];
  since: string | undefined;
}

/** From what Flux waits for down to the pod that does not start, and what to do about that. */
export interface WorkloadCause {
  /** From the outermost to the innermost. */
  path: readonly Workload[];
  remedy: Remedy;
}

const deepest = 5;

/**
 * What keeps a health check from passing: the worst of the objects named in the controller's message (of all, when the
 * message names none that is known), then the worst of what each made. Undefined when all of them are healthy.
 */
export function workloadCause(
  named: readonly ObjectReference[],
  workloads: readonly Workload[],
  about: About,
): WorkloadCause | undefined {
  const ill = workloads.filter((workload) => workload.health !== 'healthy');
  const wanted = ill.filter(({ reference }) => named.some((name) => isSame(name, reference)));
  let current = worst(wanted.length > 0 ? wanted : ill.filter(({ owner }) => owner === undefined)) ?? worst(ill);
  if (current === undefined) return undefined;
  const path: Workload[] = [];
  const seen = new Set<string>();
  while (current !== undefined && path.length < deepest) {
    const key = referenceKey(current.reference);
    if (seen.has(key)) break;
    seen.add(key);
    path.push(current);
    current = worst(ill.filter(({ owner }) => owner !== undefined && referenceKey(owner) === key));
  }
  const last = path.at(-1);
  return last === undefined ? undefined : { path, remedy: podFix(last, about) };
}

function worst(workloads: readonly Workload[]): Workload | undefined {
  return workloads.find(({ health }) => health === 'failed') ?? workloads[0];
}

/** Messages name objects without their group. */
function isSame(one: ObjectReference, other: ObjectReference): boolean {
  return one.kind === other.kind && one.name === other.name && (one.namespace ?? '') === (other.namespace ?? '');
}

/** The objects a health check waited for in vain, as the controllers list them: `Deployment/shop/cart status: 'InProgress'`. */
export function unhealthyIn(message: string): ObjectReference[] {
  if (!/timeout waiting for: \[|stalled resources: \[/.test(message)) return [];
  return [...message.matchAll(/([A-Z]\w*)\/(?:([^\s/[\],']+)\/)?([^\s/[\],']+) status: '\w+'/g)].map(
    ([, kind = '', namespace, name = '']) => ({ group: groups[kind] ?? '', kind, namespace, name }),
  );
}

const groups: Readonly<Record<string, string>> = {
  Deployment: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  ReplicaSet: 'apps',
  Job: 'batch',
  Kustomization: 'kustomize.toolkit.fluxcd.io',
  HelmRelease: 'helm.toolkit.fluxcd.io',
};

const withPods: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job']);

/** What to do when nothing more is known than that an object did not get healthy. */
export function unhealthyRemedy(
  objects: readonly ObjectReference[],
  message: string,
  about: About,
): Remedy | undefined {
  const [first] = objects;
  if (first === undefined) return undefined;
  const full = `${first.kind} ${first.namespace === undefined ? '' : `${first.namespace}/`}${first.name}`;
  const place = withPods.has(first.kind)
    ? `the pods of ${full}: ${first.kind === 'Job' ? 'their logs, image, limits, volumes' : 'image, probes, limits, volumes'}`
    : `the status of ${full}`;
  // What failed for good needs no more time, but another manifest.
  const patience = message.includes('stalled resources: [')
    ? ''
    : ` If it is only slow, give ${about.kind.kind} ${about.object.metadata.name} a longer spec.timeout.`;
  return {
    fix: `Look at ${place}.${patience}`,
    command: kubectl(first.namespace, `describe ${first.kind.toLowerCase()} ${quoted(first.name)}`),
    culprit: { reference: first, state: 'failing', text: 'It did not become healthy in time.' },
    title: `${full} does not become healthy`,
  };
}

/** What to do when a health check failed and all it waits for is healthy now. */
export function recoveredRemedy(about: About): Remedy {
  const ready = conditionsOf(about.object).find(({ type }) => type === 'Ready');
  if (ready?.reason === 'RollbackSucceeded') {
    return {
      fix: 'The former version was put back and is healthy, so the pods that failed are gone: their events tell what the new version lacks (values, image, probes). If it was only slow, give it a longer spec.timeout.',
      command: kubectl(namespaceOf(about), 'get events --sort-by=.lastTimestamp'),
    };
  }
  return withCommand(
    {
      fix: 'Wait for the next try, or sync: what it waited for is healthy by now. If it comes again with each change, give it a longer spec.timeout.',
    },
    fluxReconcile(about),
  );
}
