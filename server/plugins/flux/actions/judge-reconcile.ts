import { withFullStop } from '../../../full-stop.ts';
import { SluiceError } from '../../../errors.ts';
import type { Entry } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { maskText } from '../../../mask-credentials.ts';
import { isSuspended, requestedAtAnnotation, suspensionOf } from '../annotations.ts';
import { conditionsOf } from '../conditions.ts';
import type { KindDefinition } from '../kind.ts';
import { numberAt, textAt } from '../read.ts';
import { referenceName } from '../references.ts';
import { shortRevision } from '../revision.ts';
import type { FluxSummary } from '../summary.ts';
import { untriedRevision } from './untried-revision.ts';
import type { Surroundings } from './untried-revision.ts';
import type { Verdict } from './wait-for-object.ts';

/** Reasons with which a controller returns early: it handled the request by waiting for another object. */
const waitsForOther = new Set(['DependencyNotReady', 'SourceNotReady']);

/** Reasons with which a controller gives up before it looks at what its source has: no attempt at that will follow by itself. */
const beforeAnyAttempt = new Set([
  'AccessDenied',
  'ArtifactFailed',
  'FeatureGateDisabled',
  'InvalidCELExpression',
  'RESTClientError',
  'SourceUnavailable',
  'UnsupportedSourceKind',
  'ValuesError',
]);

/** States out of which an object does not come by waiting a little. */
const heldUp = new Set(['failing', 'stalled', 'suspended', 'suspended-failing', 'waiting', 'deleting']);

interface Request {
  token: string;
  force: boolean;
  reset: boolean;
  /** Its source was fetched first: only an attempt at what the source has now is the answer. */
  withSource: boolean;
  /** What was applied before the request. */
  before: Applied;
}

/** What an object last came to: its revision, and what was made of that. */
export interface Applied {
  revision: string | undefined;
  /** A HelmRelease's release number, else the digest of what was applied. Undefined in versions of Flux without history. */
  made: string | undefined;
}

/** What the object came to last. The same chart with other values is another release, the same commit may build otherwise. */
export function appliedOf(kind: KindDefinition, object: KubeObject): Applied {
  const latest = ['status', 'history', 0] as const;
  const made = kind.kind === 'HelmRelease' ? textAt(object, ...latest, 'version') : textAt(object, ...latest, 'digest');
  return { revision: kind.revision(object).applied, made };
}

/**
 * Whether the controller has done what was asked of it. It has when `status.lastHandledReconcileAt` is our token and the
 * Ready condition speaks of the present generation. Nobody else's request counts, unless it replaced ours before the
 * controller saw it. A failing object is over then too: its controllers say Ready=False and Reconciling=True, because
 * they will try again, but this attempt has ended.
 */
export function judgeReconcile(entry: Entry<FluxSummary>, request: Request, surroundings: Surroundings): Verdict {
  const { object, summary } = entry;
  const { kind } = surroundings;
  const name = `${kind.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  if (object.metadata.deletionTimestamp !== undefined) {
    return { failed: new SluiceError('failed', `${name} is being deleted.`) };
  }
  if (isSuspended(object)) {
    const by = suspensionOf(object)?.by;
    return {
      failed: new SluiceError('refused', `${name} was suspended meanwhile${by === undefined ? '' : ` by ${by}`}.`),
    };
  }
  const conditions = conditionsOf(object);
  const ready = conditions.find((condition) => condition.type === 'Ready');
  const reconciling = conditions.find((condition) => condition.type === 'Reconciling' && condition.status === 'True');
  const step = reconciling?.message ?? (ready?.status === 'Unknown' ? ready.message : undefined);
  const inOurWords = summary.state === 'reconciling' ? summary.because : undefined;
  const working = step === undefined ? undefined : sentence(inOurWords ?? maskText(step));

  const { token } = request;
  const handled = textAt(object, 'status', 'lastHandledReconcileAt');
  const asked = textAt(object, 'metadata', 'annotations', requestedAtAnnotation);
  if (handled === undefined || (handled !== token && handled !== asked)) return { wait: working };
  if (handled !== token && asked === token) return { wait: working };
  if (ready === undefined || ready.status === 'Unknown') return { wait: working };
  const generation = object.metadata.generation ?? 0;
  const observed = ready.observedGeneration ?? numberAt(object, 'status', 'observedGeneration');
  if (observed !== undefined && observed < generation) return { wait: working };

  const untried = request.withSource ? untriedRevision(entry, surroundings) : undefined;
  const behind =
    untried === undefined ? undefined : { wait: `Its controller has yet to see ${shortRevision(untried)}.` };
  if (ready.status === 'True')
    return behind ?? forcedAsAsked(object, request) ?? { done: doneSentence(kind, object, request) };
  if (ready.reason === 'HealthCheckCanceled' || ready.reason === 'Progressing') return { wait: working };
  const blocker = blockedBy(entry, ready.reason, surroundings);
  if (blocker !== undefined && !blocker.final) return { wait: blocker.sentence };
  if (behind !== undefined && blocker === undefined && !beforeAnyAttempt.has(ready.reason ?? '')) return behind;
  const cause =
    blocker?.sentence ?? summary.because ?? summary.message ?? `Ready is False (${ready.reason ?? 'no reason'}).`;
  return { failed: new SluiceError('failed', sentence(cause)) };
}

/** For whom the object waits. It is final when that one will not come up by itself within moments. */
function blockedBy(
  entry: Entry<FluxSummary>,
  reason: string | undefined,
  { look, sources }: Surroundings,
): { sentence: string; final: boolean } | undefined {
  const waitsForArtifact = reason === 'ArtifactFailed';
  if (reason === undefined || (!waitsForOther.has(reason) && !waitsForArtifact)) return undefined;
  const { summary } = entry;
  const others = reason === 'DependencyNotReady' ? summary.dependsOn : sources(entry);
  for (const other of others) {
    const found = look(other);
    if (found === undefined) continue;
    if (found === 'missing')
      return { sentence: `It waits for ${referenceName(other)}, which does not exist.`, final: true };
    if (waitsForArtifact && textAt(found.object, 'status', 'artifact', 'revision') !== undefined) continue;
    if (found.summary.state === 'ready' || found.summary.state === 'none') continue;
    const why = found.summary.because ?? found.summary.message;
    return {
      sentence: `It waits for ${referenceName(other)}${why === undefined ? '.' : `: ${sentence(why)}`}`,
      final: heldUp.has(found.summary.state),
    };
  }
  // An artifact that is there and cannot be used is a failure of its own.
  if (waitsForArtifact) return undefined;
  return { sentence: sentence(summary.because ?? summary.message ?? 'It waits for another object.'), final: false };
}

/** helm-controller consumes a force or reset without acting on it when it returns early; then it has to be asked again. */
function forcedAsAsked(object: KubeObject, { token, force, reset }: Request): Verdict | undefined {
  const lost = [
    force && textAt(object, 'status', 'lastHandledForceAt') !== token ? 'force' : undefined,
    reset && textAt(object, 'status', 'lastHandledResetAt') !== token ? 'reset' : undefined,
  ].filter((word) => word !== undefined);
  if (lost.length === 0) return undefined;
  const message = `It reconciled, but without the ${lost.join(' and ')}: the controller was waiting for something else when it was asked.`;
  return { failed: new SluiceError('failed', message, { wayOut: 'Ask again.' }) };
}

function doneSentence(kind: KindDefinition, object: KubeObject, { before, force }: Request): string {
  const { revision: applied, made } = appliedOf(kind, object);
  if (applied === undefined) return 'Reconciled.';
  const verb = kind.section === 'sources' ? 'Fetched' : 'Applied';
  if (force) return `${verb} ${shortRevision(applied)} anew.`;
  if (applied === before.revision && made !== before.made && made !== undefined) {
    return kind.kind === 'HelmRelease'
      ? `Applied ${shortRevision(applied)} with other values: release ${made}.`
      : `Applied ${shortRevision(applied)} again, it came out differently.`;
  }
  if (applied === before.revision) return `Reconciled; still at ${shortRevision(applied)}, nothing new.`;
  return `${verb} ${shortRevision(applied)}.`;
}

/** A controller's words as a sentence of one line. */
function sentence(text: string): string {
  return withFullStop(text.trim().replaceAll(/\s+/g, ' '));
}
