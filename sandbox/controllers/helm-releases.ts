import type { KubeObject } from '../../server/kube/object.ts';
import { inventoryEntry } from '../company/applied.ts';
import { conditionOf } from '../company/conditions.ts';
import { digestOf } from '../company/invent.ts';
import { printDuration } from '../company/kustomizations.ts';
import { instant, secondsOf } from '../company/time.ts';
import { chartSourceOf, chartSpecOf, ensureChart, sourceProblem, valuesProblem } from './helm-prerequisites.ts';
import { newestStored, putStorage, releaseName } from './helm-storage.ts';
import type { Snapshot } from './helm-storage.ts';
import { dependencyRetry, unreadyDependency } from './dependencies.ts';
import { artifactAt } from './artifact.ts';
import { withConditions } from './status.ts';
import type { NewCondition, Status } from './status.ts';
import { handled, textOf, tokenOf } from './surroundings.ts';
import type { Reconciler, Surroundings } from './surroundings.ts';
import type { Failure } from './world.ts';

interface Chart {
  name: string;
  version: string;
  digest?: string;
}

function historyOf(object: KubeObject): Snapshot[] {
  return (object.status?.['history'] ?? []) as Snapshot[];
}

function targetOf(object: KubeObject): string {
  return `${textOf(object.spec?.['targetNamespace']) ?? object.metadata.namespace}/${releaseName(object)}`;
}

function configDigest(object: KubeObject): string {
  return digestOf(`values ${JSON.stringify(object.spec?.['values'] ?? {})}`);
}

async function write(
  current: KubeObject,
  object: KubeObject,
  around: Surroundings,
  set: NewCondition[],
  without: string[] = [],
  status: Status = current.status ?? {},
): Promise<KubeObject> {
  return around.writeStatus(current, handled(withConditions(status, object, around.clock.now(), set, without), object));
}

/** Says that something the release needs is not there yet. */
async function refuse(object: KubeObject, around: Surroundings, { reason, message }: Failure): Promise<void> {
  await write(object, object, around, [
    { type: 'Reconciling', status: 'True', reason: 'Progressing', message: 'Fulfilling prerequisites' },
    { type: 'Ready', status: 'False', reason, message },
  ]);
  around.log(object, 'info', message);
  const type = reason === 'DependencyNotReady' ? 'Normal' : 'Warning';
  await around.happened(object, { reason, message, type });
}

/** Installs or upgrades a release when chart, values or a forced request ask for it; else sees that it is in sync. */
export const reconcileHelmRelease: Reconciler = async (object, around) => {
  const place = chartSourceOf(object);
  if (place === undefined) return undefined;
  await ensureChart(object, place, around);
  await around.work(200, 700);
  const waiting = unreadyDependency(object, around);
  if (waiting !== undefined) {
    await refuse(object, around, { reason: 'DependencyNotReady', message: waiting });
    return dependencyRetry;
  }
  const source = around.get(place.kind, place.namespace, place.name);
  const notReady = sourceProblem(source, place);
  if (notReady !== undefined) {
    await refuse(object, around, notReady);
    return dependencyRetry;
  }
  const values = await valuesProblem(object, around);
  if (values !== undefined) {
    await refuse(object, around, { reason: 'ValuesError', message: values });
    return dependencyRetry;
  }
  return release(object, chartAt(object, source), around);
};

function chartAt(object: KubeObject, source: KubeObject | undefined): Chart {
  const revision = (source === undefined ? undefined : artifactAt(source)?.revision) ?? '0.0.0';
  const [version = revision, digest] = revision.split('@');
  const named = textOf(chartSpecOf(object)?.['chart']) ?? textOf(source?.spec?.['chart']);
  const name = named ?? textOf(source?.spec?.['url']) ?? object.metadata.name;
  return {
    name: historyOf(object)[0]?.chartName ?? name.split('/').at(-1) ?? name,
    version,
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Whether an annotation asks for something with the token of the request, and that was not done yet. */
function asksFor(object: KubeObject, annotation: 'forceAt' | 'resetAt', done: string): boolean {
  const token = object.metadata.annotations?.[`reconcile.fluxcd.io/${annotation}`];
  return token !== undefined && token === tokenOf(object) && object.status?.[done] !== token;
}

async function release(object: KubeObject, chart: Chart, around: Surroundings): Promise<number | undefined> {
  const interval = secondsOf(textOf(object.spec?.['interval']) ?? '10m');
  const failure = around.world.failureOf(object);
  const forced = asksFor(object, 'forceAt', 'lastHandledForceAt');
  const reset = asksFor(object, 'resetAt', 'lastHandledResetAt');
  const [newest] = historyOf(object);
  const status = object.status ?? {};
  const marks: Status = {
    ...(forced ? { lastHandledForceAt: tokenOf(object) } : {}),
    ...(reset ? { lastHandledResetAt: tokenOf(object) } : {}),
  };
  if (failure?.stalled !== undefined && !forced && !reset) {
    await write(
      object,
      object,
      around,
      [
        { type: 'Stalled', status: 'True', ...failure.stalled },
        { type: 'Ready', status: 'False', reason: failure.reason, message: failure.message },
      ],
      ['Reconciling'],
    );
    around.log(object, 'info', 'release is in a failed state');
    return undefined;
  }
  const isForeign = newest !== undefined && (await newestStored(object, newest.version, around)) > newest.version;
  if (isForeign) {
    around.log(object, 'info', 'release not managed by controller: release not observed to be made for object');
  }
  const inSync =
    failure === undefined &&
    !isForeign &&
    newest?.status === 'deployed' &&
    status['lastAttemptedRevision'] === chart.version &&
    status['lastAttemptedConfigDigest'] === configDigest(object);
  if (inSync && !forced) {
    await settle(object, { ...status, ...marks }, around);
    return interval;
  }
  return act(object, chart, { ...status, ...marks }, failure, around);
}

async function settle(object: KubeObject, status: Status, around: Surroundings): Promise<void> {
  around.log(object, 'info', 'release in-sync with desired state');
  const released = conditionOf(object.status, 'Released');
  const { reason = 'UpgradeSucceeded', message = 'Release is in sync' } = released?.status === 'True' ? released : {};
  const drifts = (object.spec?.['driftDetection'] as { mode?: string } | undefined)?.mode === 'enabled';
  const none = 'No drift detected against the cluster state';
  const drifted = conditionOf(object.status, 'Drifted');
  // Where drift is only reported it is reported again with each look.
  if (drifted?.status === 'True' && !drifts) {
    await around.happened(object, { reason: drifted.reason, message: drifted.message, type: 'Warning' });
  }
  await write(
    object,
    object,
    around,
    [
      { type: 'Ready', status: 'True', reason, message },
      ...(drifts ? [{ type: 'Drifted', status: 'False' as const, reason: 'NoDriftDetected', message: none }] : []),
    ],
    ['Reconciling', 'Stalled'],
    { ...status, observedGeneration: object.metadata.generation },
  );
}

async function act(
  object: KubeObject,
  chart: Chart,
  status: Status,
  failure: Failure | undefined,
  around: Surroundings,
): Promise<number | undefined> {
  const history = historyOf(object);
  const action = history.length === 0 ? 'install' : 'upgrade';
  const timeout = printDuration(secondsOf(textOf(object.spec?.['timeout']) ?? '5m'));
  const message = `Running '${action}' action with timeout of ${timeout}`;
  around.log(object, 'info', message.replace('Running', 'running'));
  const current = await around.writeStatus(
    object,
    withConditions(
      object.status ?? {},
      object,
      around.clock.now(),
      [
        { type: 'Reconciling', status: 'True', reason: 'Progressing', message },
        { type: 'Ready', status: 'Unknown', reason: 'Progressing', message },
      ],
      ['Stalled'],
    ),
  );
  const started = around.clock.now();
  await around.work(1200, 4000);
  const attempt: Status = {
    ...status,
    lastAttemptedConfigDigest: configDigest(object),
    lastAttemptedGeneration: object.metadata.generation,
    lastAttemptedReleaseAction: action,
    lastAttemptedReleaseActionDuration: `${(around.clock.now().getTime() - started.getTime()) / 1000}s`,
    lastAttemptedRevision: chart.version,
    ...(chart.digest === undefined ? {} : { lastAttemptedRevisionDigest: chart.digest }),
    storageNamespace: textOf(object.spec?.['storageNamespace']) ?? object.metadata.namespace,
  };
  if (failure !== undefined) {
    await fail(object, current, attempt, chart, failure, around);
    return failure.stalled === undefined ? secondsOf(textOf(object.spec?.['interval']) ?? '10m') : undefined;
  }
  await succeed(object, current, attempt, chart, action, around);
  return secondsOf(textOf(object.spec?.['interval']) ?? '10m');
}

function notes(object: KubeObject, chart: Chart): Record<string, string> {
  return {
    'helm.toolkit.fluxcd.io/revision': chart.version,
    'helm.toolkit.fluxcd.io/token': configDigest(object),
    ...(chart.digest === undefined ? {} : { 'helm.toolkit.fluxcd.io/oci-digest': chart.digest }),
  };
}

async function fail(
  object: KubeObject,
  current: KubeObject,
  attempt: Status,
  chart: Chart,
  failure: Failure,
  around: Surroundings,
): Promise<void> {
  const { reason, message, stalled } = failure;
  const acted = /^(Install|Upgrade)Failed$/.test(reason);
  const running = conditionOf(current.status, 'Reconciling')?.message ?? 'Fulfilling prerequisites';
  await write(
    current,
    object,
    around,
    [
      stalled === undefined
        ? { type: 'Reconciling', status: 'True', reason: 'Progressing', message: running }
        : { type: 'Stalled', status: 'True', ...stalled },
      { type: 'Ready', status: 'False', reason, message },
      ...(acted ? [{ type: 'Released', status: 'False' as const, reason, message }] : []),
    ],
    stalled === undefined ? ['Stalled'] : ['Reconciling'],
    { ...attempt, failures: Number(attempt['failures'] ?? 0) + 1 },
  );
  around.log(object, 'error', 'Reconciler error', { error: message.replace(/^.* with chart [^:]*: /, '') });
  await around.happened(object, { reason, message, type: 'Warning', annotations: notes(object, chart) });
}

async function succeed(
  object: KubeObject,
  current: KubeObject,
  attempt: Status,
  chart: Chart,
  action: 'install' | 'upgrade',
  around: Surroundings,
): Promise<void> {
  const now = instant(around.clock.now());
  const history = historyOf(object);
  const own = Math.max(0, ...history.map((each) => each.version));
  const stored = await newestStored(object, own, around);
  const version = stored + 1;
  const done = `Helm ${action} succeeded for release ${targetOf(object)}.v${version} with chart ${chart.name}@${chart.version}`;
  const reason = action === 'install' ? 'InstallSucceeded' : 'UpgradeSucceeded';
  const snapshot: Snapshot = {
    action,
    apiVersion: 'v2',
    appVersion: history[0]?.['appVersion'] ?? '1.0',
    chartName: chart.name,
    chartVersion: chart.version,
    configDigest: configDigest(object),
    digest: digestOf(`release ${object.metadata.namespace}/${object.metadata.name} v${version}`),
    firstDeployed: history.at(-1)?.['firstDeployed'] ?? now,
    lastDeployed: now,
    name: releaseName(object),
    namespace: textOf(object.spec?.['targetNamespace']) ?? object.metadata.namespace,
    ...(chart.digest === undefined ? {} : { ociDigest: chart.digest }),
    status: 'deployed',
    version,
  };
  // As Helm does: the cluster and its storage first, then the word about it.
  await putSettings(object, around);
  await putStorage(object, snapshot, own, around);
  // Of what it did not write itself it knows nothing, and begins anew.
  const known = stored === own ? history : [];
  const older = known.map((each) => (each.status === 'deployed' ? { ...each, status: 'superseded' } : each));
  const { failures: _failures, installFailures: _install, upgradeFailures: _upgrade, ...rest } = attempt;
  await write(
    current,
    object,
    around,
    [
      { type: 'Ready', status: 'True', reason, message: done },
      { type: 'Released', status: 'True', reason, message: done },
    ],
    ['Reconciling', 'Stalled', 'Remediated'],
    {
      ...rest,
      history: [snapshot, ...older].slice(0, 3),
      inventory: object.status?.['inventory'] ?? { entries: [settingsEntry(object)] },
      observedGeneration: object.metadata.generation,
    },
  );
  around.log(object, 'info', `release in-sync with desired state`);
  await around.happened(object, { reason, message: done, annotations: notes(object, chart) });
}

function settingsPlace(object: KubeObject): { namespace: string; name: string } {
  return {
    namespace: textOf(object.spec?.['targetNamespace']) ?? object.metadata.namespace ?? '',
    name: `${object.metadata.name}-settings`,
  };
}

function settingsEntry(object: KubeObject): { id: string; v: string } {
  return inventoryEntry({ kind: 'ConfigMap', group: '', version: 'v1', ...settingsPlace(object) });
}

async function putSettings(object: KubeObject, around: Surroundings): Promise<void> {
  if (object.status?.['inventory'] !== undefined) return;
  await around.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      ...settingsPlace(object),
      uid: '',
      resourceVersion: '',
      labels: {
        'app.kubernetes.io/managed-by': 'Helm',
        'helm.toolkit.fluxcd.io/name': object.metadata.name,
        'helm.toolkit.fluxcd.io/namespace': object.metadata.namespace ?? '',
      },
    },
    data: { release: releaseName(object) },
  });
}
