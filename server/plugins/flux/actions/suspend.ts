import { z } from 'zod';
import { SluiceError } from '../../../errors.ts';
import type { Entry } from '../../../kube/cluster.ts';
import { defineOperation } from '../../../operations/define.ts';
import type { OperationContext } from '../../../operations/define.ts';
import {
  isSuspended,
  suspendReasonAnnotation,
  suspendedAtAnnotation,
  suspendedByAnnotation,
  suspensionOf,
  suspensionPatch,
} from '../annotations.ts';
import { humanDuration } from '../duration.ts';
import type { FluxSummary } from '../summary.ts';
import { resultOutput } from './reconcile.ts';
import { requestReconcile } from './request-reconcile.ts';
import { kindFor, patchObject, patchRule, seenObject, subjectFor, targetFields } from './target.ts';
import type { Target } from './target.ts';
import { waitForObject } from './wait-for-object.ts';

const suspendInput = z.strictObject({
  ...targetFields,
  reason: z
    .string()
    .trim()
    .max(500, 'is longer than 500 characters')
    .optional()
    .describe('Why, kept as an annotation and shown to everybody'),
});

const resumeInput = z.strictObject(targetFields);

/** How long the watch may take to show a change that the API server has accepted. */
const showSeconds = 30;

function nameOf(target: Target): string {
  return `${kindFor(target.plural).kind} ${target.namespace}/${target.name}`;
}

function demandSuspendable(target: Target): void {
  const kind = kindFor(target.plural);
  if (!kind.actions.suspend) throw new SluiceError('refused', `${kind.title} cannot be suspended.`);
}

/** Waits until the watch shows the object suspended or not, so that every page agrees with the answer. */
async function untilShown(target: Target, suspended: boolean, context: OperationContext): Promise<void> {
  const { cluster, progress, signal } = context;
  const late = AbortSignal.timeout(showSeconds * 1_000);
  await waitForObject({
    cluster,
    target,
    progress,
    signal: AbortSignal.any([signal, late]),
    judge: (entry: Entry<FluxSummary>) =>
      isSuspended(entry.object) === suspended ? { done: '' } : { wait: 'Written; waiting to see it.' },
  }).catch((error: unknown) => {
    if (!late.aborted || signal.aborted) throw error;
    const message = `It was written, but not seen within ${humanDuration(showSeconds)}.`;
    throw new SluiceError('timed_out', message, { cause: error });
  });
}

/** Suspends the object, as the asker, and waits until the watch shows it. `reason` null: none is given. */
export async function suspendObject(target: Target, reason: string | null, context: OperationContext): Promise<void> {
  const { cluster, identity, signal } = context;
  const by = identity.impersonate === undefined ? cluster.self.name : identity.name;
  const { annotations, ...rest } = suspensionPatch(kindFor(target.plural), true);
  const told = {
    [suspendedByAnnotation]: by,
    [suspendedAtAnnotation]: new Date().toISOString(),
    [suspendReasonAnnotation]: reason,
  };
  const metadata = { annotations: { ...annotations, ...told } };
  await patchObject(cluster, identity, target, { metadata, ...rest }, signal);
  await untilShown(target, true, context);
}

/** The change that takes a suspension back, with what was told of it. */
export function resumptionPatch(plural: string): object {
  const { annotations, ...rest } = suspensionPatch(kindFor(plural), false);
  const told = { [suspendedByAnnotation]: null, [suspendedAtAnnotation]: null, [suspendReasonAnnotation]: null };
  return { metadata: { annotations: { ...annotations, ...told } }, ...rest };
}

/** Suspend: Flux leaves the object as it is. Who, when and why are kept with it, in the same change. */
export const suspendOperation = defineOperation<z.infer<typeof suspendInput>, { message: string }>({
  name: 'flux.suspend',
  summary: 'Suspend a Flux object',
  type: 'action',
  http: { method: 'POST', path: '/flux/:plural/:namespace/:name/suspend' },
  input: suspendInput,
  output: resultOutput,
  needs: (input) => [patchRule(input)],
  subject: subjectFor,
  async check(input, { cluster, identity }) {
    demandSuspendable(input);
    const { object } = await seenObject(cluster, identity, input);
    const never = kindFor(input.plural).neverSuspended?.(object);
    if (never !== undefined) throw new SluiceError('refused', never);
    if (!isSuspended(object)) return;
    const by = suspensionOf(object)?.by;
    throw new SluiceError('refused', `${nameOf(input)} is suspended already${by === undefined ? '' : `, by ${by}`}.`);
  },
  exclusive: 'flux.suspend',
  timeoutMilliseconds: 60_000,
  async run(input, context) {
    const reason = input.reason === undefined || input.reason === '' ? null : input.reason;
    await suspendObject(input, reason, context);
    return { message: reason === null ? 'Suspended.' : `Suspended: ${reason}` };
  },
});

/** Resume, and wait for the reconciliation that follows from it. */
export const resumeOperation = defineOperation<z.infer<typeof resumeInput>, { message: string }>({
  name: 'flux.resume',
  summary: 'Resume a suspended Flux object and wait for its reconciliation',
  type: 'action',
  http: { method: 'POST', path: '/flux/:plural/:namespace/:name/resume' },
  input: resumeInput,
  output: resultOutput,
  needs: (input) => [patchRule(input)],
  subject: subjectFor,
  async check(input, { cluster, identity }) {
    demandSuspendable(input);
    const { object } = await seenObject(cluster, identity, input);
    if (!isSuspended(object)) throw new SluiceError('refused', `${nameOf(input)} is not suspended.`);
  },
  exclusive: 'flux.reconcile',
  timeoutMilliseconds: 20 * 60 * 1_000,
  async run(input, context) {
    const { cluster, identity, signal } = context;
    const kind = kindFor(input.plural);
    const entry = await seenObject(cluster, identity, input);
    const patch = resumptionPatch(input.plural);
    if (!kind.actions.reconcile || kind.neverReconciled?.(entry.object) !== undefined) {
      await patchObject(cluster, identity, input, patch, signal);
      await untilShown(input, false, context);
      return { message: 'Resumed.' };
    }
    try {
      return { message: `Resumed. ${await requestReconcile(input, { patch }, context)}` };
    } catch (error) {
      if (!(error instanceof SluiceError) || (error.kind !== 'failed' && error.kind !== 'timed_out')) throw error;
      throw new SluiceError(error.kind, `Resumed, but: ${error.message}`, { cause: error });
    }
  },
});
