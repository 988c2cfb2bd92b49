import type { KubeObject } from '../../server/kube/object.ts';
import { condition, ready } from './conditions.ts';
import type { Outcome } from './conditions.ts';
import { digestOf } from './invent.ts';
import { fluxFinalizer, metadataOf, suspendOf } from './metadata.ts';
import type { Described } from './metadata.ts';
import type { Before } from './time.ts';

interface EventSource {
  kind: string;
  name: string;
  namespace?: string;
  matchLabels?: Record<string, string>;
}

export interface AlertInput extends Described {
  provider: string;
  severity?: 'info' | 'error';
  summary?: string;
  sources: readonly EventSource[];
  exclude?: readonly string[];
}

export function alert(before: Before, input: AlertInput): KubeObject {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Alert',
    metadata: metadataOf(before, 'Alert', input),
    spec: {
      ...(input.summary === undefined ? {} : { eventMetadata: { summary: input.summary } }),
      eventSeverity: input.severity ?? 'info',
      eventSources: input.sources,
      ...(input.exclude === undefined ? {} : { exclusionList: input.exclude }),
      providerRef: { name: input.provider },
      ...suspendOf(input),
    },
  };
}

export interface ProviderInput extends Described {
  type: string;
  address?: string;
  channel?: string;
  secret?: string;
}

export function provider(before: Before, input: ProviderInput): KubeObject {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Provider',
    metadata: metadataOf(before, 'Provider', input, fluxFinalizer),
    spec: {
      ...(input.address === undefined ? {} : { address: input.address }),
      ...(input.channel === undefined ? {} : { channel: input.channel }),
      ...(input.secret === undefined ? {} : { secretRef: { name: input.secret } }),
      ...suspendOf(input),
      type: input.type,
    },
  };
}

export interface ReceiverInput extends Described {
  type: string;
  events?: readonly string[];
  secret: string;
  resources: readonly { kind: string; name: string; namespace?: string }[];
  outcome?: Outcome;
}

/** The path a Receiver listens on; whoever knows it may trigger it. */
export function webhookPathOf(namespace: string | undefined, name: string): string {
  return `/hook/${digestOf(`hook ${namespace}/${name}`).slice('sha256:'.length)}`;
}

export function receiver(before: Before, input: ReceiverInput): KubeObject {
  const outcome = input.outcome ?? ready('30d');
  const path = webhookPathOf(input.namespace, input.name);
  const at = (duration: string) => ({ at: before(duration), generation: 1 });
  const failed = outcome.is === 'failing' ? outcome : undefined;
  const conditions =
    failed === undefined
      ? [condition('Ready', 'True', 'Succeeded', `Receiver initialized for path: ${path}`, at('30d'))]
      : [
          condition('Reconciling', 'True', 'ProgressingWithRetry', 'Reconciliation in progress', at(failed.last)),
          condition('Ready', 'False', failed.reason, failed.message, at(failed.last)),
        ];
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1',
    kind: 'Receiver',
    metadata: metadataOf(before, 'Receiver', input, fluxFinalizer),
    spec: {
      ...(input.events === undefined ? {} : { events: input.events }),
      interval: '10m',
      resources: input.resources,
      secretRef: { name: input.secret },
      ...suspendOf(input),
      type: input.type,
    },
    status: {
      conditions,
      observedGeneration: failed === undefined ? 1 : -1,
      ...(failed === undefined ? { webhookPath: path } : {}),
    },
  };
}
