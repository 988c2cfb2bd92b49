import type { KubeObject } from '../../../kube/object.ts';
import { conditionsOf } from '../conditions.ts';
import { humanDuration, parseDuration } from '../duration.ts';
import { fact } from '../facts.ts';
import type { Fact } from '../kind.ts';
import { instantAt, latest, listAt, textAt } from '../read.ts';

/** What the kinds of the Flux Operator share: their times stand in annotations, and they keep a history. */

const everyAnnotation = 'fluxcd.controlplane.io/reconcileEvery';
const timeoutAnnotation = 'fluxcd.controlplane.io/reconcileTimeout';

/** The interval in seconds: the annotation's, or the kind's own where that is missing or not a duration. */
export function annotatedInterval(object: KubeObject, otherwise: number): number {
  return parseDuration(textAt(object, 'metadata', 'annotations', everyAnnotation)) ?? otherwise;
}

/** `1 h, timeout 5 min`. */
export function annotatedIntervalFact(object: KubeObject, otherwise: number): Fact[] {
  const every = humanDuration(annotatedInterval(object, otherwise));
  const timeout = parseDuration(textAt(object, 'metadata', 'annotations', timeoutAnnotation));
  return fact('Interval', timeout === undefined ? every : `${every}, timeout ${humanDuration(timeout)}`);
}

/** When the operator last finished: its history tells each time, conditions only changes. */
export function operatorReconciledAt(object: KubeObject): string | undefined {
  return (
    latest(listAt(object, 'status', 'history').map((item) => instantAt(item, 'lastReconciled'))) ??
    latest(
      conditionsOf(object)
        .filter((condition) => condition.type === 'Ready')
        .map((condition) => condition.since),
    )
  );
}
