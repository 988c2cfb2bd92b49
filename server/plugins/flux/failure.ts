import type { KubeObject } from '../../kube/object.ts';
import type { Condition } from './conditions.ts';
import { isTrueAt, listAt, textAt } from './read.ts';
import type { Standing } from './status.ts';

/** Reasons of a HelmRelease's Ready condition that say what was done about a failure, not what failed. */
const aftermath = new Set(['RollbackSucceeded', 'UninstallSucceeded', 'RetryAfterInterval']);

/** What helm-controller's last action came to: it stays while Ready goes on to what is done about it, and to the next try. */
function failedAction(
  { conditions }: Standing,
  types: readonly string[] = ['Released', 'TestSuccess'],
): Condition | undefined {
  return conditions.find(({ type, status }) => types.includes(type) && status === 'False');
}

/**
 * The message that names the cause. A release that was rolled back, uninstalled or waits for its next try says only that
 * in Ready; one that gave up may have left Ready at the step it was at. What went wrong stands in Released or TestSuccess.
 */
export function causeMessage(standing: Standing): string | undefined {
  const { ready, stalled } = standing;
  const isCause = ready?.status === 'False' && !aftermath.has(ready.reason ?? '');
  const action = isCause ? undefined : failedAction(standing)?.message;
  if (action !== undefined) return action;
  return (ready?.status === 'False' ? ready.message : undefined) ?? stalled?.message ?? ready?.message;
}

/** The condition whose message stands for the object: Ready, unless that is still at a step of what has been given up. */
export function tellingCondition(standing: Standing): Condition | undefined {
  const { ready, stalled, state } = standing;
  if (state !== 'stalled' || ready?.status === 'False') return ready;
  return failedAction(standing) ?? stalled ?? ready;
}

/** After how long a release that failed is tried again, as a Go duration, where its strategy is to retry. */
export function retryAfter({ ready }: Standing): string | undefined {
  if (ready?.reason !== 'RetryAfterInterval') return undefined;
  return /^Will retry after (\S+)$/.exec(ready.message ?? '')?.[1];
}

const failuresOfHistory: Readonly<Record<string, string>> = {
  HealthCheckFailed: 'health check failed',
  ReconciliationFailed: 'what it builds could not be applied',
  PruneFailed: 'what it builds no more could not be deleted',
};

/**
 * How the try before the one under way failed. Every try sets Ready to Unknown and so takes back that the object fails; a
 * release keeps Released, a Kustomization its history (Flux 2.7 and later). Undefined where nothing tells of a failure.
 */
export function failureBefore(object: KubeObject, standing: Standing): string | undefined {
  if (object.kind === 'HelmRelease') {
    const ignoresTests = isTrueAt(object, 'spec', 'test', 'ignoreFailures');
    return failedAction(standing, ignoresTests ? ['Released'] : undefined)?.message;
  }
  if (object.kind !== 'Kustomization') return undefined;
  const status = textAt(listAt(object, 'status', 'history')[0], 'lastReconciledStatus') ?? '';
  return Object.hasOwn(failuresOfHistory, status) ? failuresOfHistory[status] : undefined;
}
