import { z } from 'zod';
import { SluiceError } from '../../../errors.ts';
import type { Entry } from '../../../kube/cluster.ts';
import { groupOf } from '../../../kube/object.ts';
import { defineOperation } from '../../../operations/define.ts';
import type { OperationContext } from '../../../operations/define.ts';
import { isSuspended, suspensionOf } from '../annotations.ts';
import { kindOf } from '../kinds/index.ts';
import { referenceName } from '../references.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import { requestReconcile, surroundingsOf } from './request-reconcile.ts';
import { sourceChain } from './source-chain.ts';
import { kindFor, patchRule, seenObject, subjectFor, targetFields } from './target.ts';
import type { Target } from './target.ts';
import { untriedRevision } from './untried-revision.ts';

const reconcileInput = z.strictObject({
  ...targetFields,
  withSource: z.boolean().optional().describe('Fetch its source first'),
  force: z.boolean().optional().describe('HelmRelease: upgrade although nothing changed'),
  reset: z.boolean().optional().describe('HelmRelease: forget the failures counted so far'),
});

type ReconcileInput = z.infer<typeof reconcileInput>;

/** What an action ends with. */
export const resultOutput = z.object({ message: z.string() });

/** A HelmRepository of type oci, an alert: there is nothing to reconcile, and the kind says why. */
function demandReconcilable(target: Target, entry: Entry<FluxSummary>): void {
  const kind = kindFor(target.plural);
  const never = kind.neverReconciled?.(entry.object);
  if (kind.actions.reconcile && never === undefined) return;
  const name = `${kind.kind} ${target.namespace}/${target.name}`;
  throw new SluiceError('refused', never ?? `${name} is not reconciled by a controller.`, {
    wayOut: 'Sync what uses it.',
  });
}

function demandRunning(target: Target, entry: Entry<FluxSummary>): void {
  if (!isSuspended(entry.object)) return;
  const { by, reason } = suspensionOf(entry.object) ?? {};
  const who = by === undefined ? '' : ` by ${by}`;
  const why = reason === undefined ? '' : `, saying “${reason}”`;
  const name = `${kindFor(target.plural).kind} ${target.namespace}/${target.name}`;
  throw new SluiceError('refused', `${name} is suspended${who}${why}; it reconciles again when it is resumed.`, {
    wayOut: 'Resume it: that reconciles it at once.',
  });
}

function targetOf(reference: ObjectReference): Target {
  const kind = kindOf(reference.group, reference.kind);
  if (kind === undefined || reference.namespace === undefined) {
    throw new SluiceError('refused', `A source of kind ${reference.kind} cannot be asked to reconcile.`, {
      wayOut: 'Sync the object without its source.',
    });
  }
  return { plural: kind.plural, namespace: reference.namespace, name: reference.name };
}

/** The sources as targets. Static ones (a HelmRepository of type oci) have nothing to fetch and are passed over. */
async function sourceTargets(
  input: ReconcileInput,
  entry: Entry<FluxSummary>,
  context: OperationContext,
): Promise<Target[]> {
  if (input.withSource !== true) return [];
  const targets: Target[] = [];
  for (const reference of sourceChain(context.cluster, entry)) {
    const target = targetOf(reference);
    const kind = kindFor(target.plural);
    const found = context.cluster
      .collection<FluxSummary>({ group: kind.group, resource: kind.plural })
      .get(target.namespace, target.name);
    if (found === undefined) {
      // The chart of a release that was never reconciled is made by it.
      if (kind.kind === 'HelmChart' && input.plural === 'helmreleases') continue;
      throw new SluiceError('refused', `Its source ${referenceName(reference)} does not exist.`);
    }
    if (kind.neverReconciled?.(found.object) !== undefined) continue;
    demandRunning(target, found);
    targets.push(target);
  }
  return targets;
}

/**
 * Whether an object will say that it has tried what its source has now. A repository may call the version of a chart
 * otherwise than the chart itself does; a HelmRelease that seems behind before anything is fetched will seem so afterwards.
 */
function tellsWhatItTried(entry: Entry<FluxSummary>, context: OperationContext): boolean {
  const kind = kindOf(groupOf(entry.object.apiVersion), entry.object.kind);
  if (kind?.kind !== 'HelmRelease') return true;
  return untriedRevision(entry, surroundingsOf(kind, context)) === undefined;
}

async function check(input: ReconcileInput, context: OperationContext): Promise<void> {
  const { cluster, identity } = context;
  const kind = kindFor(input.plural);
  const entry = await seenObject(cluster, identity, input);
  demandReconcilable(input, entry);
  demandRunning(input, entry);
  if (input.withSource === true && !kind.actions.reconcileWithSource) {
    throw new SluiceError('invalid', `${kind.title} have no source to fetch first.`, { field: 'withSource' });
  }
  for (const wish of ['force', 'reset'] as const) {
    if (input[wish] === true && kind.kind !== 'HelmRelease') {
      throw new SluiceError('invalid', `Only a HelmRelease can be reconciled with ${wish}.`, { field: wish });
    }
  }
  const rules = (await sourceTargets(input, entry, context)).map(patchRule);
  const missing = await cluster.access.missing(identity, rules);
  const [first] = missing;
  if (first === undefined) return;
  throw new SluiceError(
    'forbidden',
    `You may not sync its source: patch ${first.resource} in ${first.namespace ?? ''}.`,
    {
      missing,
      wayOut: 'Sync the object without its source.',
    },
  );
}

/** A source that cannot be fetched ends the action: its message has to say whose failure it is. */
function ofSource(name: string, error: unknown): unknown {
  if (!(error instanceof SluiceError)) return error;
  const { kind, message, wayOut, missing } = error;
  const details = { missing, cause: error, ...(wayOut === undefined ? {} : { wayOut }) };
  return new SluiceError(kind, `Its source ${name} was not fetched. ${message}`, details);
}

/** Reconcile now, on request with the source first; ends when the controller has handled exactly this request. */
export const reconcileOperation = defineOperation<ReconcileInput, { message: string }>({
  name: 'flux.reconcile',
  summary: 'Reconcile a Flux object now and wait for the result',
  type: 'action',
  http: { method: 'POST', path: '/flux/:plural/:namespace/:name/reconcile' },
  input: reconcileInput,
  output: resultOutput,
  needs: (input) => [patchRule(input)],
  subject: subjectFor,
  check,
  exclusive: 'flux.reconcile',
  timeoutMilliseconds: 45 * 60 * 1_000,
  async run(input, context) {
    const { progress } = context;
    const entry = await seenObject(context.cluster, context.identity, input);
    const { force = false, reset = false } = input;
    const withSource = input.withSource === true && tellsWhatItTried(entry, context);
    for (const [index, target] of (await sourceTargets(input, entry, context)).entries()) {
      const name = `${kindFor(target.plural).kind} ${target.name}`;
      progress(`Asked ${name} to fetch.`);
      const sourceContext = { ...context, progress: (sentence: string) => progress(`${name}: ${sentence}`) };
      const fetched = await requestReconcile(target, { withSource: index > 0 }, sourceContext).catch(
        (error: unknown) => {
          throw ofSource(name, error);
        },
      );
      progress(`Source ${name}: ${fetched}`);
    }
    return { message: await requestReconcile(input, { force, reset, withSource }, context) };
  },
});
