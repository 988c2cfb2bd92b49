import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from './conditions.ts';
import { numberOf, suffixOf, uidOf } from './invent.ts';
import { printDuration } from './kustomizations.ts';
import { instant, secondsOf } from './time.ts';

/** Which controller speaks of a kind. */
const reporters: Record<string, string> = {
  GitRepository: 'source-controller',
  OCIRepository: 'source-controller',
  HelmRepository: 'source-controller',
  HelmChart: 'source-controller',
  Bucket: 'source-controller',
  ArtifactGenerator: 'source-watcher',
  Kustomization: 'kustomize-controller',
  HelmRelease: 'helm-controller',
  ImageRepository: 'image-reflector-controller',
  ImagePolicy: 'image-reflector-controller',
  ImageUpdateAutomation: 'image-automation-controller',
  Receiver: 'notification-controller',
  Alert: 'notification-controller',
  Provider: 'notification-controller',
  FluxInstance: 'flux-operator',
  ResourceSet: 'flux-operator',
  ResourceSetInputProvider: 'flux-operator',
};

export interface EventInput {
  reason: string;
  message: string;
  type: 'Normal' | 'Warning';
  count: number;
  first: Date;
  last: Date;
  reporter?: string;
  annotations?: Record<string, string>;
}

/** A core Event about an object, in the shape the Flux controllers leave behind. */
export function eventAbout(object: KubeObject, input: EventInput): KubeObject {
  const { name, namespace = 'default' } = object.metadata;
  const reporter = input.reporter ?? reporters[object.kind] ?? 'kubelet';
  const eventName = `${name}.${suffixOf(`${object.kind}/${namespace}/${name} ${input.reason} ${input.message} ${input.first.toISOString()}`, 16)}`;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: eventName,
      namespace,
      uid: uidOf(`Event/${namespace}/${eventName}`),
      resourceVersion: '',
      creationTimestamp: instant(input.first),
      ...(input.annotations === undefined ? {} : { annotations: input.annotations }),
    },
    count: input.count,
    firstTimestamp: instant(input.first),
    lastTimestamp: instant(input.last),
    eventTime: null,
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name,
      ...(object.metadata.namespace === undefined ? {} : { namespace }),
      uid: object.metadata.uid,
    },
    message: input.message,
    reason: input.reason,
    reportingComponent: reporter,
    reportingInstance: '',
    source: { component: reporter },
    type: input.type,
  };
}

const stages: Record<string, string> = {
  GitRepository: 'source.toolkit.fluxcd.io/revision',
  OCIRepository: 'source.toolkit.fluxcd.io/revision',
  Kustomization: 'kustomize.toolkit.fluxcd.io/revision',
  HelmRelease: 'helm.toolkit.fluxcd.io/revision',
};

function revisionOf(object: KubeObject): string | undefined {
  const status = object.status ?? {};
  const artifact = status['artifact'] as { revision?: string } | undefined;
  const revision = status['lastAttemptedRevision'] ?? artifact?.revision;
  return typeof revision === 'string' ? revision : undefined;
}

/** The events an object has gathered in the last hour, drawn from its conditions. */
export function recentEvents(object: KubeObject, now: Date): KubeObject[] {
  const condition = conditionOf(object.status, 'Ready');
  if (condition === undefined || reporters[object.kind] === undefined) return [];
  const revision = revisionOf(object);
  const key = stages[object.kind];
  const annotations = key === undefined || revision === undefined ? {} : { annotations: { [key]: revision } };
  const ended = Math.min(new Date(condition.lastTransitionTime).getTime(), now.getTime());
  const hourAgo = now.getTime() - 3_600_000;
  if (condition.status === 'Unknown') return [];
  const waiting = condition.reason === 'DependencyNotReady';
  const failed = condition.status === 'False' && !waiting && condition.reason !== 'RollbackSucceeded';
  const suspended = object.spec?.['suspend'] === true;
  // The API server forgets events after an hour, and nobody writes new ones about what is suspended.
  if (suspended && ended < hourAgo) return [];
  const last =
    failed || waiting || suspended
      ? ended
      : Math.max(ended, now.getTime() - numberOf(object.metadata.name, 20, 1500) * 1000);
  const first = Math.min(last, Math.max(hourAgo, failed || waiting ? last - 3_000_000 : last - 1000));
  const result = eventAbout(object, {
    reason: condition.reason,
    message: finishedMessage(object, condition.message, condition.status === 'True'),
    type: failed ? 'Warning' : 'Normal',
    count: failed || waiting ? numberOf(`${object.metadata.name} events`, 3, 41) : 1,
    first: new Date(first),
    last: new Date(last),
    ...annotations,
  });
  const drifted = conditionOf(object.status, 'Drifted');
  if (drifted?.status === 'True') {
    const { reason, message } = drifted;
    const times = { count: 6, first: new Date(hourAgo + 300_000), last: new Date(last) };
    return [eventAbout(object, { reason, message, type: 'Warning', ...times }), result];
  }
  if (object.kind !== 'Kustomization' || condition.status !== 'True') return [result];
  const applied = eventAbout(object, {
    reason: 'Progressing',
    message: changesMessage(object),
    type: 'Normal',
    count: 1,
    first: new Date(last - 2000),
    last: new Date(last - 2000),
    ...annotations,
  });
  return [applied, result];
}

function finishedMessage(object: KubeObject, message: string, done: boolean): string {
  if (!done || object.kind !== 'Kustomization') return message;
  const interval = printDuration(secondsOf((object.spec?.['interval'] as string | undefined) ?? '10m'));
  return `Reconciliation finished in ${numberOf(object.metadata.name, 180, 980)}.204815ms, next run in ${interval}`;
}

function changesMessage(object: KubeObject): string {
  const inventory = object.status?.['inventory'] as { entries?: { id: string }[] } | undefined;
  const lines = (inventory?.entries ?? []).slice(0, 3).map(({ id }) => {
    const [namespace, name, , kind] = id.split('_');
    return `${kind}/${namespace === '' ? '' : `${namespace}/`}${name} configured`;
  });
  return lines.length === 0 ? 'no changes' : lines.join('\n');
}
