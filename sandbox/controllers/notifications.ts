import { webhookPathOf } from '../company/notifications.ts';
import { withConditions } from './status.ts';
import { handled, referenceOf } from './surroundings.ts';
import type { Reconciler } from './surroundings.ts';

/** Opens the address a Receiver listens on, once its token is there. */
export const reconcileReceiver: Reconciler = async (object, around) => {
  const { namespace = '', name } = object.metadata;
  const secret = referenceOf(object.spec?.['secretRef'])?.name ?? '';
  await around.work(100, 500);
  const now = around.clock.now();
  if ((await around.fetch('Secret', namespace, secret)) === undefined) {
    const message = `unable to read token from secret '${namespace}/${secret}' error: secrets "${secret}" not found`;
    const status = withConditions(object.status ?? {}, object, now, [
      { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message: 'Reconciliation in progress' },
      { type: 'Ready', status: 'False', reason: 'TokenNotFound', message },
    ]);
    await around.writeStatus(object, handled(status, object));
    around.log(object, 'error', 'Reconciler error', { error: message });
    await around.happened(object, { reason: 'Failed', message, type: 'Warning' });
    return 300;
  }
  const webhookPath = webhookPathOf(namespace, name);
  const message = `Receiver initialized for path: ${webhookPath}`;
  const status = withConditions(
    { ...object.status, observedGeneration: object.metadata.generation, webhookPath },
    object,
    now,
    [{ type: 'Ready', status: 'True', reason: 'Succeeded', message }],
    ['Reconciling'],
  );
  await around.writeStatus(object, handled(status, object));
  around.log(object, 'info', 'Reconciliation finished, next run in 10m0s');
  await around.happened(object, { reason: 'Succeeded', message: 'Reconciliation finished, next run in 10m0s' });
  return 600;
};
