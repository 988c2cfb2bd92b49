import { SluiceError } from '../../../errors.ts';
import type { Entry } from '../../../kube/cluster.ts';
import type { OperationContext } from '../../../operations/define.ts';
import { forceAtAnnotation, requestedAtAnnotation, resetAtAnnotation } from '../annotations.ts';
import { humanDuration, parseDuration } from '../duration.ts';
import type { KindDefinition } from '../kind.ts';
import { kindOf } from '../kinds/index.ts';
import { textAt } from '../read.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import { appliedOf, judgeReconcile } from './judge-reconcile.ts';
import { sourceChain } from './source-chain.ts';
import type { Target } from './target.ts';
import { kindFor, patchObject, seenObject } from './target.ts';
import type { Surroundings } from './untried-revision.ts';
import { waitForObject } from './wait-for-object.ts';

interface ReconcileWishes {
  force?: boolean;
  reset?: boolean;
  /** Its source was fetched for it just now: only an attempt at what the source has is the answer. */
  withSource?: boolean;
  /** A further merge patch that goes out together with the request. */
  patch?: { metadata?: { annotations?: Record<string, string | null> }; spec?: object };
}

const shortestSeconds = 60;
const longestSeconds = 15 * 60;
/** Over the object's own timeout: the controller has to see the request and to write the result. */
const graceSeconds = 30;

/**
 * How long to wait for an object: its own timeout, which bounds one attempt (twice for a HelmRelease, which may have to
 * roll back), and something on top.
 */
function secondsFor(kind: KindDefinition, entry: Entry<FluxSummary>): number {
  const fallback = kind.kind === 'HelmRelease' ? 300 : (entry.summary.intervalSeconds ?? shortestSeconds);
  const own = parseDuration(textAt(entry.object, 'spec', 'timeout')) ?? fallback;
  const attempts = kind.kind === 'HelmRelease' ? 2 : 1;
  return Math.min(Math.max(own * attempts, shortestSeconds) + graceSeconds, longestSeconds);
}

let lastNanoseconds = 0n;

/** The present moment as RFC 3339 with nanoseconds; never the same one twice, so that it can serve as a token. */
export function newToken(now: () => number = Date.now): string {
  const nanoseconds = BigInt(now()) * 1_000_000n;
  lastNanoseconds = nanoseconds > lastNanoseconds ? nanoseconds : lastNanoseconds + 1n;
  const milliseconds = Number(lastNanoseconds / 1_000_000n);
  const rest = String(lastNanoseconds % 1_000_000_000n).padStart(9, '0');
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, `.${rest}Z`);
}

/** How other objects of the cluster stand, for those who wait for them. */
export function surroundingsOf(kind: KindDefinition, { cluster }: OperationContext): Surroundings {
  const look = (reference: ObjectReference): Entry<FluxSummary> | 'missing' | undefined => {
    const found = kindOf(reference.group, reference.kind);
    if (found === undefined) return undefined;
    const collection = cluster.collection<FluxSummary>({ group: found.group, resource: found.plural });
    if (collection.state !== 'live') return undefined;
    return collection.get(reference.namespace, reference.name) ?? 'missing';
  };
  return { kind, look, sources: (entry) => sourceChain(cluster, entry) };
}

/**
 * Asks the controller to reconcile the object now, as the asker, and waits for the result. Answers with a sentence.
 * Throws failed with the cause, refused when it is suspended meanwhile, timed_out with what was waited for.
 */
export async function requestReconcile(
  target: Target,
  wishes: ReconcileWishes,
  context: OperationContext,
): Promise<string> {
  const { cluster, identity, progress } = context;
  const kind = kindFor(target.plural);
  const entry = await seenObject(cluster, identity, target);
  const seconds = secondsFor(kind, entry);
  const clock = new AbortController();
  const timer = setTimeout(() => {
    const name = `${kind.kind} ${target.namespace}/${target.name}`;
    clock.abort(new SluiceError('timed_out', `${name} had not reconciled after ${humanDuration(seconds)}.`));
  }, seconds * 1_000);
  const signal = AbortSignal.any([context.signal, clock.signal]);
  const token = newToken();
  const { force = false, reset = false, withSource = false, patch = {} } = wishes;
  const annotations = {
    ...patch.metadata?.annotations,
    [requestedAtAnnotation]: token,
    ...(force ? { [forceAtAnnotation]: token } : {}),
    ...(reset ? { [resetAtAnnotation]: token } : {}),
  };
  try {
    const body = { ...patch, metadata: { ...patch.metadata, annotations } };
    await patchObject(cluster, identity, target, body, signal);
    progress('Asked; the controller has not answered yet.');
    let isShown = false;
    const request = { token, force, reset, withSource, before: appliedOf(kind, entry.object) };
    const surroundings = surroundingsOf(kind, context);
    return await waitForObject({
      cluster,
      target,
      progress,
      signal,
      judge(seen) {
        // The watch may still hold the object as it was before the patch, with an older request that is handled already.
        isShown ||= textAt(seen.object, 'metadata', 'annotations', requestedAtAnnotation) === token;
        if (!isShown) return { wait: undefined };
        return judgeReconcile(seen, request, surroundings);
      },
    });
  } finally {
    clearTimeout(timer);
  }
}
