import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from '../company/conditions.ts';
import { artifactOf } from '../company/source-status.ts';
import { instant, secondsOf } from '../company/time.ts';
import { artifactAt } from './artifact.ts';
import { sourceKinds } from './source-kinds.ts';
import type { SourceKind } from './source-kinds.ts';
import { withConditions } from './status.ts';
import type { Status } from './status.ts';
import { handled, referenceOf, textOf } from './surroundings.ts';
import type { Reconciler, Surroundings } from './surroundings.ts';
import type { Failure } from './world.ts';

function hostOf(address: string): string {
  const match = /^\w+:\/\/(?:[^@/]*@)?([^:/]+)/.exec(address);
  return match?.[1] ?? '';
}

async function missingSecret(object: KubeObject, around: Surroundings): Promise<Failure | undefined> {
  const name = referenceOf(object.spec?.['secretRef'])?.name;
  if (name === undefined) return undefined;
  const namespace = object.metadata.namespace ?? '';
  if ((await around.fetch('Secret', namespace, name)) !== undefined) return undefined;
  const problem = `failed to get secret '${namespace}/${name}'`;
  return { reason: 'AuthenticationFailed', message: `${problem}: ${problem}: secrets "${name}" not found` };
}

async function failureOf(object: KubeObject, kind: SourceKind, around: Surroundings): Promise<Failure | undefined> {
  const address = kind.address(object, around);
  const host = hostOf(address);
  const absent = (await missingSecret(object, around)) ?? kind.missing?.(object, around);
  if (absent !== undefined) return absent;
  // RFC 2606: no host of this domain exists.
  const isCutOff = host.endsWith('.invalid') || around.world.cutOff.has(host);
  return isCutOff ? kind.unreachable(address, host) : around.world.failureOf(object);
}

/** Fetches a source: looks for its revision, stores an artifact when it is a new one, says why when it cannot. */
export const reconcileSource: Reconciler = async (object, around) => {
  const kind = sourceKinds[object.kind];
  if (kind === undefined) return undefined;
  if (object.spec?.['type'] === 'oci') {
    // It is only an address, and has no status.
    await around.writeStatus(object, {});
    return undefined;
  }
  const due = secondsOf(textOf(object.spec?.['interval']) ?? '10m');
  await around.work(300, 1400);
  const failure = await failureOf(object, kind, around);
  if (failure !== undefined) {
    await writeFailure(object, failure, around);
    return failure.stalled === undefined ? due : undefined;
  }
  const present = artifactAt(object)?.revision;
  const revision = kind.revision(object, around, present);
  const isReady = conditionOf(object.status, 'Ready')?.status === 'True';
  const status = object.status ?? {};
  if (revision === present && isReady) {
    const observed = { ...status, observedGeneration: object.metadata.generation };
    await around.writeStatus(
      object,
      handled(withConditions(observed, object, around.clock.now(), [], ['Reconciling', 'FetchFailed']), object),
    );
    const message = kind.unchanged(revision);
    around.log(object, 'info', message);
    await around.happened(object, { reason: kind.unchangedReason, message });
    return due;
  }
  const building = { reason: 'Progressing', message: kind.building(revision, object) };
  const begun = await around.writeStatus(
    object,
    withConditions(status, object, around.clock.now(), [
      { type: 'Reconciling', status: 'True', ...building },
      { type: 'Ready', status: 'Unknown', ...building },
    ]),
  );
  await around.work(400, 2200);
  await store(begun, object, kind, revision, around);
  return due;
};

async function store(
  begun: KubeObject,
  object: KubeObject,
  kind: SourceKind,
  revision: string,
  around: Surroundings,
): Promise<void> {
  const now = around.clock.now();
  const path = kind.path(object, revision);
  const artifact = {
    ...artifactOf({ revision, path }, instant(now)),
    ...(await around.keepArtifact(object, revision, path)),
  };
  const done = { status: 'True' as const, reason: kind.reason, message: kind.stored(revision, object) };
  const stored: Status = {
    ...begun.status,
    artifact,
    ...(object.kind === 'HelmChart' ? { observedChartName: textOf(object.spec?.['chart']) } : {}),
    observedGeneration: object.metadata.generation,
  };
  const conditions = withConditions(
    stored,
    object,
    now,
    [
      { type: 'Ready', ...done },
      { type: 'ArtifactInStorage', ...done },
    ],
    ['Reconciling', 'Stalled', 'FetchFailed', 'SourceVerified'],
  );
  await around.writeStatus(begun, handled(conditions, object));
  const message = kind.news(revision, object);
  around.log(object, 'info', message);
  await around.happened(object, {
    reason: kind.newsReason,
    message,
    annotations: {
      'source.toolkit.fluxcd.io/digest': artifact['digest'] as string,
      'source.toolkit.fluxcd.io/revision': revision,
    },
  });
}

async function writeFailure(object: KubeObject, failure: Failure, around: Surroundings): Promise<void> {
  const { reason, message, stalled } = failure;
  const verification = reason === 'VerificationError';
  const conditions = withConditions(
    object.status ?? {},
    object,
    around.clock.now(),
    [
      stalled === undefined
        ? { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message: 'building artifact' }
        : { type: 'Stalled', status: 'True', ...stalled },
      { type: 'Ready', status: 'False', reason, message },
      {
        type: verification ? 'SourceVerified' : 'FetchFailed',
        status: verification ? 'False' : 'True',
        reason,
        message,
      },
    ],
    [stalled === undefined ? 'Stalled' : 'Reconciling'],
  );
  await around.writeStatus(object, handled(conditions, object));
  around.log(object, 'error', stalled === undefined ? 'Reconciler error' : 'reconciliation stalled', {
    error: message,
  });
  await around.happened(object, { reason, message, type: 'Warning' });
}
