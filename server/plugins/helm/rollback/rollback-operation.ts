import { z } from 'zod';
import { SluiceError, asSluiceError } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import { defineOperation } from '../../../operations/define.ts';
import type { Operation, OperationContext, Subject } from '../../../operations/define.ts';
import type { Tools } from '../../../tools/tools.ts';
import { resumptionPatch, suspendObject } from '../../flux/actions/suspend.ts';
import { patchObject, subjectFor } from '../../flux/actions/target.ts';
import { managerIn } from '../managed-by.ts';
import { dnsName, revisionNumber } from '../operation-fields.ts';
import { pendingOf } from '../pending.ts';
import { seeRelease } from '../release-seen.ts';
import { revisionsNow } from '../storage.ts';
import { isFour } from './demand-rights.ts';
import { planRollback } from './plan-rollback.ts';
import type { RollbackPlan } from './plan-rollback.ts';
import { runHelm } from './run-helm.ts';

const rollbackInput = z.strictObject({
  namespace: dnsName.describe('Where Helm keeps the release'),
  name: dnsName,
  revision: revisionNumber.describe('The revision to go back to'),
  newest: revisionNumber.optional().describe('The newest revision you have seen; refuses when there is another by now'),
  wait: z.boolean().optional().describe('Wait until everything is ready; true when left out'),
  hooks: z.boolean().optional().describe('Run the rollback hooks of the chart; true when left out'),
  interrupted: z
    .boolean()
    .optional()
    .describe('The newest revision is pending, and you know that whatever was at work on it has ended'),
});

/** Helm's own limit for waiting, and for each hook. */
const helmSeconds = 300;
const timeoutMilliseconds = 30 * 60 * 1_000;

/** What helm says while it works, in ours; the rest of it is not told. */
const steps: Readonly<Record<string, string>> = {
  'creating rolled back release': 'Helm writes the new revision.',
  'performing rollback': 'Helm compares the two revisions with what is in the cluster.',
  'checking resources for changes': 'Helm applies what differs.',
  'waiting for resources': 'Helm waits until everything is ready.',
  'superseding previous deployment': 'Helm marks the revision before as superseded.',
};

/** The HelmRelease that installs it; else the release itself, to be seen by who may read where Helm keeps it. */
export function rollbackSubject(input: { namespace: string; name: string }, cluster: Cluster): Subject {
  const manager = managerIn(cluster, input)?.object.metadata;
  if (manager !== undefined) {
    return subjectFor({ plural: 'helmreleases', namespace: manager.namespace ?? '', name: manager.name });
  }
  return { group: '', resource: 'secrets', kind: 'Release', namespace: input.namespace, name: input.name };
}

/** Rolls a release back with helm itself, and holds Flux still first. */
export function rollbackOperation(tools: Tools): Operation<z.infer<typeof rollbackInput>, { message: string }> {
  return defineOperation<z.infer<typeof rollbackInput>, { message: string }>({
    name: 'helm.rollback',
    summary: 'Roll a release back to an earlier revision, after suspending its HelmRelease',
    type: 'action',
    http: { method: 'POST', path: '/helm/releases/:namespace/:name/rollback' },
    input: rollbackInput,
    output: z.object({ message: z.string() }),
    // Which rights it takes depends on what the two revisions hold.
    needs: () => [],
    subject: rollbackSubject,
    async check(input, context) {
      await planRollback(context, tools, input);
    },
    exclusive: 'flux.reconcile',
    timeoutMilliseconds,
    async run(input, context) {
      const { progress } = context;
      const plan = await planRollback(context, tools, input);
      const { toSuspend, goal, helm } = plan;
      if (toSuspend !== undefined) {
        await suspendObject(targetOf(toSuspend.object.metadata), `rolled back to revision ${goal.revision}`, context);
        progress('The HelmRelease is suspended: Flux leaves the release alone.');
        await demandUnchanged(plan, context);
      }
      progress(`helm ${helm.version} rolls back to revision ${goal.revision}.`);
      try {
        await rollBack(plan, input, context);
      } catch (thrown) {
        throw await told(thrown, plan, context);
      }
      return { message: await resultOf(plan, context) };
    },
  });
}

function targetOf({ namespace = '', name }: { namespace?: string; name: string }) {
  return { plural: 'helmreleases', namespace, name };
}

/** Flux may have begun an upgrade in the moment before it was suspended. */
async function demandUnchanged(plan: RollbackPlan, context: OperationContext): Promise<void> {
  const [known] = plan.seen.revisions;
  const [newest] = await revisionsNow(context.cluster, context.identity, known);
  if (newest?.revision === known.revision && newest.resourceVersion === known.resourceVersion) return;
  await letGo(plan, context);
  throw new SluiceError('conflict', 'Flux changed the release in the moment before it was suspended.', {
    wayOut: 'Nothing was rolled back, and the HelmRelease is resumed. Look again, then decide again.',
  });
}

async function rollBack(
  { goal, helm, release }: RollbackPlan,
  { wait = true, hooks = true }: z.infer<typeof rollbackInput>,
  { cluster, identity, signal, progress }: OperationContext,
): Promise<void> {
  const parameters = [
    'rollback',
    goal.release,
    String(goal.revision),
    '--namespace',
    goal.namespace,
    '--timeout',
    `${helmSeconds}s`,
    // Helm would keep ten and delete the others.
    '--history-max',
    '0',
    ...(wait ? ['--wait'] : []),
    ...(hooks ? [] : ['--no-hooks']),
    // What was merged by the API server belongs to whoever applied it last, which is helm-controller.
    ...(release.applyMethod === 'ssa' && isFour(helm) ? ['--force-conflicts'] : []),
  ];
  const onStep = (step: string): void => {
    const sentence = steps[step];
    if (sentence !== undefined) progress(sentence);
  };
  const call = { helm, storage: goal, parameters, timeoutMilliseconds, signal, onStep };
  await runHelm({ cluster, identity }, call);
}

/** A failure with how things stand after it. What changed nothing leaves Flux as it was. */
async function told(thrown: unknown, plan: RollbackPlan, context: OperationContext): Promise<SluiceError> {
  const error = asSluiceError(thrown);
  if (error.kind === 'internal') return error;
  const { cluster, identity } = context;
  const [known] = plan.seen.revisions;
  const [newest = known] = await revisionsNow(cluster, identity, known);
  const details = { missing: error.missing, cause: thrown };
  const cause = error.message.replace(/[.\s]*$/, '');
  if (newest.revision === known.revision) {
    const resumed = await letGo(plan, context);
    return new SluiceError(error.kind, `Helm did not roll back: ${cause}. Nothing was changed.`, {
      ...details,
      wayOut: resumed ? 'The HelmRelease is resumed, as it was before.' : 'Try again when the cause is gone.',
    });
  }
  const held = plan.seen.manager === undefined ? '' : ' The HelmRelease stays suspended.';
  return new SluiceError(
    error.kind,
    `Rolling back to revision ${plan.goal.revision} failed: ${cause}. Helm wrote revision ${newest.revision} as ${newest.status}.${held}`,
    { ...details, wayOut: await wayOutAfter(plan, context) },
  );
}

async function wayOutAfter({ seen }: RollbackPlan, { cluster, identity }: OperationContext): Promise<string> {
  const now = await seeRelease(cluster, identity, seen.namespace, seen.name);
  return (
    pendingOf(now)?.wayOut ??
    `Mend the cause and roll back again${now.manager === undefined ? '' : ', or resume the HelmRelease to go forward'}.`
  );
}

/** Takes back our own suspension; false when there was none. */
async function letGo({ toSuspend }: RollbackPlan, { cluster, identity }: OperationContext): Promise<boolean> {
  if (toSuspend === undefined) return false;
  const target = targetOf(toSuspend.object.metadata);
  // The signal may be what ended it.
  await patchObject(cluster, identity, target, resumptionPatch(target.plural), AbortSignal.timeout(15_000));
  return true;
}

async function resultOf({ goal, seen, toSuspend }: RollbackPlan, context: OperationContext): Promise<string> {
  const { cluster, identity } = context;
  const [newest] = await revisionsNow(cluster, identity, goal);
  const done = `Rolled back to revision ${goal.revision}, as revision ${newest?.revision ?? '?'}.`;
  if (seen.manager === undefined) return done;
  const now = toSuspend === undefined ? 'was suspended already and stays so' : 'is suspended now';
  return `${done} The HelmRelease ${now}: commit the older chart and values, then resume it.`;
}
