import { conditionOf } from '../company/conditions.ts';
import { numberOf } from '../company/invent.ts';
import { secondsOf } from '../company/time.ts';
import { withConditions } from './status.ts';
import { handled } from './surroundings.ts';
import type { Reconciler } from './surroundings.ts';

const annotation = 'fluxcd.controlplane.io/';

/** Does the Flux Operator's round over an object: what worked works again, and what failed fails of the same cause. */
export const reconcileByOperator: Reconciler = async (object, around) => {
  const annotations = object.metadata.annotations ?? {};
  if (annotations[`${annotation}reconcile`]?.toLowerCase() === 'disabled') {
    around.log(object, 'error', 'Reconciliation is disabled', { error: "can't reconcile instance" });
    return undefined;
  }
  await around.work(400, 1600);
  const every = secondsOf(annotations[`${annotation}reconcileEvery`] ?? '1h');
  const ready = conditionOf(object.status, 'Ready');
  if (ready?.status === 'False') {
    const status = withConditions(object.status ?? {}, object, around.clock.now(), [
      { type: 'Ready', status: 'False', reason: ready.reason, message: ready.message },
    ]);
    await around.writeStatus(object, handled(status, object));
    around.log(object, 'error', 'Reconciler error', { error: ready.message });
    await around.happened(object, { reason: ready.reason, message: ready.message, type: 'Warning' });
    return Math.min(every, 300);
  }
  const message = `Reconciliation finished in ${numberOf(`${object.metadata.name} took`, 210, 980)}ms`;
  const status = withConditions(
    object.status ?? {},
    object,
    around.clock.now(),
    [{ type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded', message }],
    ['Reconciling'],
  );
  await around.writeStatus(object, handled(status, object));
  around.log(object, 'info', message);
  await around.happened(object, { reason: 'ReconciliationSucceeded', message });
  return every;
};
