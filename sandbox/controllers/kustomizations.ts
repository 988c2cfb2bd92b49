import { KubeError } from '../../server/kube/kube-error.ts';
import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from '../company/conditions.ts';
import { digestOf } from '../company/invent.ts';
import { printDuration, workMessage } from '../company/kustomizations.ts';
import { instant, secondsOf } from '../company/time.ts';
import { dependencyRetry, unreadyDependency } from './dependencies.ts';
import { artifactAt } from './artifact.ts';
import { entryOf, putSettings, removeAll, settingsPlace, wordsOf } from './inventory.ts';
import type { Entry } from './inventory.ts';
import { withConditions } from './status.ts';
import type { Status } from './status.ts';
import { handled, referenceOf, textOf } from './surroundings.ts';
import type { Reconciler, Surroundings } from './surroundings.ts';
import type { Failure } from './world.ts';

interface Run {
  object: KubeObject;
  around: Surroundings;
  revision: string;
  started: Date;
}

function intervalOf(object: KubeObject): number {
  return secondsOf(textOf(object.spec?.['interval']) ?? '10m');
}

async function refuse(object: KubeObject, around: Surroundings, reason: string, message: string): Promise<void> {
  const status = withConditions(
    object.status ?? {},
    object,
    around.clock.now(),
    [{ type: 'Ready', status: 'False', reason, message }],
    ['Reconciling'],
  );
  await around.writeStatus(object, handled(status, object));
}

/** Applies a Kustomization: waits for source and dependencies, works through its stages, writes what came of it. */
export const reconcileKustomization: Reconciler = async (object, around) => {
  const failure = around.world.failureOf(object);
  if (failure?.stalled !== undefined) {
    await stall(object, failure, failure.stalled, around);
    return undefined;
  }
  const reference = referenceOf(object.spec?.['sourceRef']);
  if (reference === undefined) return undefined;
  const source = around.get(reference.kind, reference.namespace ?? object.metadata.namespace ?? '', reference.name);
  if (source === undefined) {
    const message = `${reference.kind}.source.toolkit.fluxcd.io "${reference.name}" not found`;
    await refuse(object, around, 'ArtifactFailed', message);
    await around.happened(object, { reason: 'ArtifactFailed', message, type: 'Warning' });
    around.log(object, 'info', `${message}, retrying in 30s`);
    return dependencyRetry;
  }
  const revision = artifactAt(source)?.revision;
  if (revision === undefined) {
    const message = 'Source artifact not found, retrying in 30s';
    await refuse(object, around, 'ArtifactFailed', message);
    around.log(object, 'info', message);
    return dependencyRetry;
  }
  const waiting = unreadyDependency(object, around);
  if (waiting !== undefined) {
    await refuse(object, around, 'DependencyNotReady', waiting);
    const message = 'Dependencies do not meet ready condition, retrying in 30s';
    around.log(object, 'info', message);
    await around.happened(object, { reason: 'DependencyNotReady', message, annotations: revisionNote(revision) });
    return dependencyRetry;
  }
  return apply({ object, around, revision, started: around.clock.now() }, failure);
};

function revisionNote(revision: string): Record<string, string> {
  return { 'kustomize.toolkit.fluxcd.io/revision': revision };
}

async function progress({ object, around }: Run, current: KubeObject, message: string): Promise<KubeObject> {
  return around.writeStatus(
    current,
    withConditions(current.status ?? {}, object, around.clock.now(), [
      { type: 'Reconciling', status: 'True', reason: 'Progressing', message },
      { type: 'Ready', status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' },
    ]),
  );
}

async function apply(run: Run, failure: Failure | undefined): Promise<number> {
  const { object, around, revision } = run;
  const spec = object.spec ?? {};
  const stage = (reason: string) => workMessage(reason, revision, spec) ?? '';
  let current = await progress(run, object, stage('ArtifactFailed'));
  await around.work(300, 1200);
  const changed = object.status?.['lastAppliedRevision'] !== revision;
  const checksHealth = spec['wait'] === true && (changed || failure?.reason === 'HealthCheckFailed');
  if (changed || failure !== undefined) {
    current = await progress(run, current, stage('ReconciliationFailed'));
    await around.work(200, 900);
  }
  if (checksHealth && (failure === undefined || failure.reason === 'HealthCheckFailed')) {
    current = await progress(run, current, stage('HealthCheckFailed'));
    await around.work(800, 2500);
  }
  if (failure !== undefined) {
    await fail(run, current, failure);
    return secondsOf(textOf(spec['retryInterval']) ?? textOf(spec['interval']) ?? '10m');
  }
  let entries: Entry[];
  try {
    entries = await putSettings(object, revision, around);
  } catch (error) {
    if (!(error instanceof KubeError) || error.httpStatus !== 404) throw error;
    const { namespace, name } = settingsPlace(object);
    const message = `ConfigMap/${namespace}/${name} not found: namespaces "${namespace}" not found`;
    await fail(run, current, { reason: 'ReconciliationFailed', message });
    return intervalOf(object);
  }
  await succeed(run, current, changed, await applyHeldBack(run, entries));
  return intervalOf(object);
}

/** Applies what was held back, deletes what the source has no more if that is wanted, and gives the inventory then. */
async function applyHeldBack({ object, around, revision }: Run, before: Entry[]): Promise<Entry[]> {
  const manifests = around.heldBack(object, revision);
  if (manifests.length === 0) return before;
  const { name, namespace = '' } = object.metadata;
  const labels = { 'kustomize.toolkit.fluxcd.io/name': name, 'kustomize.toolkit.fluxcd.io/namespace': namespace };
  for (const manifest of manifests) {
    const { metadata } = manifest;
    await around.apply({ ...manifest, metadata: { ...metadata, labels: { ...metadata.labels, ...labels } } });
  }
  const entries = manifests.map(entryOf).toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const isHeld = (entry: Entry): boolean => entries.some(({ id }) => id === entry.id);
  if (object.spec?.['prune'] === true)
    await removeAll(
      before.filter((entry) => !isHeld(entry)),
      around,
    );
  return entries;
}

/** The history with this attempt in it: counted where the same was built before, else in front. At most five. */
function historyWith({ object, around, revision, started }: Run, result: string): unknown[] {
  const now = around.clock.now();
  const digest = digestOf(`${object.metadata.namespace}/${object.metadata.name} built ${revision}`);
  const history = (object.status?.['history'] ?? []) as Record<string, unknown>[];
  const known = history.find((each) => each['digest'] === digest && each['lastReconciledStatus'] === result);
  const entry = {
    digest,
    firstReconciled: instant(now),
    ...known,
    lastReconciled: instant(now),
    lastReconciledDuration: elapsed(started, now),
    lastReconciledStatus: result,
    metadata: { revision },
    totalReconciliations: Number(known?.['totalReconciliations'] ?? 0) + 1,
  };
  return [entry, ...history.filter((each) => each !== known)].slice(0, 5);
}

/** `1.284s`, `310.112ms`: as Go prints it. */
function elapsed(from: Date, to: Date): string {
  const milliseconds = Math.max(1, to.getTime() - from.getTime());
  return milliseconds < 1000 ? `${milliseconds}.204118ms` : `${milliseconds / 1000}s`;
}

async function fail(run: Run, current: KubeObject, { reason, message }: Failure): Promise<void> {
  const { object, around, revision, started } = run;
  const now = around.clock.now();
  const attempted = !/not found: stat/.test(message);
  const reachedApply = /^(Reconciliation|HealthCheck|Prune)Failed$/.test(reason);
  const status: Status = {
    ...current.status,
    ...(reachedApply ? { history: historyWith(run, reason) } : {}),
    ...(attempted ? { lastAttemptedRevision: revision } : {}),
  };
  const conditions = withConditions(status, object, now, [
    {
      type: 'Reconciling',
      status: 'True',
      reason: 'ProgressingWithRetry',
      message: workMessage(reason, revision, object.spec ?? {}) ?? message,
    },
    { type: 'Ready', status: 'False', reason, message },
    ...(reason === 'HealthCheckFailed'
      ? [
          {
            type: 'Healthy',
            status: 'False' as const,
            reason,
            message: message.replace(/^health check failed after [^:]*: /, ''),
          },
        ]
      : []),
  ]);
  await around.writeStatus(current, handled(conditions, object));
  const retry = printDuration(
    secondsOf(textOf(object.spec?.['retryInterval']) ?? textOf(object.spec?.['interval']) ?? '10m'),
  );
  around.log(object, 'error', `Reconciliation failed after ${elapsed(started, now)}, next try in ${retry}`, {
    revision,
    error: message,
  });
  await around.happened(object, { reason, message, type: 'Warning', annotations: revisionNote(revision) });
}

async function stall(
  object: KubeObject,
  { reason, message }: Failure,
  stalled: { reason: string; message: string },
  around: Surroundings,
): Promise<void> {
  const status = withConditions(
    object.status ?? {},
    object,
    around.clock.now(),
    [
      { type: 'Stalled', status: 'True', ...stalled },
      { type: 'Ready', status: 'False', reason, message },
    ],
    ['Reconciling'],
  );
  await around.writeStatus(object, handled(status, object));
  around.log(object, 'error', message);
  await around.happened(object, { reason, message, type: 'Warning' });
}

async function succeed(run: Run, current: KubeObject, changed: boolean, entries: Entry[]): Promise<void> {
  const { object, around, revision, started } = run;
  const now = around.clock.now();
  const healthy = object.spec?.['wait'] === true;
  const known = conditionOf(object.status, 'Healthy');
  const health =
    !changed && known?.status === 'True' ? known.message : `Health check passed in ${elapsed(started, now)}`;
  const status: Status = {
    ...current.status,
    history: historyWith(run, 'ReconciliationSucceeded'),
    inventory: { entries },
    lastAppliedRevision: revision,
    lastAttemptedRevision: revision,
    observedGeneration: object.metadata.generation,
  };
  const conditions = withConditions(
    status,
    object,
    now,
    [
      { type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded', message: `Applied revision: ${revision}` },
      ...(healthy ? [{ type: 'Healthy', status: 'True' as const, reason: 'Succeeded', message: health }] : []),
    ],
    healthy ? ['Reconciling', 'Stalled'] : ['Reconciling', 'Stalled', 'Healthy'],
  );
  await around.writeStatus(current, handled(conditions, object));
  const outcomes = Object.fromEntries(entries.map((entry) => [wordsOf(entry), changed ? 'configured' : 'unchanged']));
  around.log(object, 'info', 'server-side apply completed', { output: outcomes, revision });
  if (changed) {
    const message = entries.map((entry) => `${wordsOf(entry)} configured`).join('\n');
    if (message !== '')
      await around.happened(object, { reason: 'Progressing', message, annotations: revisionNote(revision) });
  }
  const message = `Reconciliation finished in ${elapsed(started, now)}, next run in ${printDuration(intervalOf(object))}`;
  around.log(object, 'info', message, { revision });
  await around.happened(object, {
    reason: 'ReconciliationSucceeded',
    message,
    annotations: { ...revisionNote(revision), 'kustomize.toolkit.fluxcd.io/commit_status': 'update' },
  });
}
