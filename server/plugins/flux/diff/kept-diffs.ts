import { asSluiceError, SluiceError } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import { identityKey } from '../../../kube/identity.ts';
import type { Identity } from '../../../kube/identity.ts';
import { createLimit } from '../../../kube/limit.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { at, textAt } from '../read.ts';
import type { KustomizationDiff } from './diff.ts';

/** One comparison, under way or done. Its fields change while it runs. */
export interface Comparison {
  readonly startedAt: Date;
  /** Objects compared so far; `total` is 0 until the build is there. */
  progress: { done: number; total: number };
  /** What came of it; both undefined while it runs. */
  diff: KustomizationDiff | undefined;
  error: SluiceError | undefined;
  /** Resolves when it is over, whatever came of it. */
  over: Promise<void>;
}

/** What is compared, for whom. */
interface DiffQuestion {
  cluster: Cluster;
  identity: Identity;
  kustomization: KubeObject;
  /** The source as it is watched; undefined where it may not be seen. */
  source: KubeObject | undefined;
}

/** Builds and compares. */
export type CompareNow = (
  question: DiffQuestion,
  run: { signal: AbortSignal; progress(done: number, total: number): void },
) => Promise<KustomizationDiff>;

/** Comparisons that are kept for a while, each asker's for itself. */
export interface KeptDiffs {
  /** The kept comparison, or a new one. */
  look(question: DiffQuestion, wish?: DiffWish): Comparison;
}

interface DiffWish {
  /** One that began no later than this is not good enough. */
  after?: Date | undefined;
  /** It is on an open page, which stays as it is until it is asked to compare again, or Flux has moved on. */
  isShown?: boolean;
}

const keptFor = 60_000;
const shownFor = 15 * 60_000;
const takesAtMost = 90_000;
/** Comparisons hold objects: not many are kept at a time. */
const mostKept = 24;
/** A comparison is hundreds of requests: only so many run at a time, the others wait. */
const atATime = 3;

/**
 * Keeps comparisons for a minute. A new one begins when the Kustomization or its source has moved on: what is kept under the old
 * state is not found any more.
 */
export function createKeptDiffs(compare: CompareNow, now: () => Date = () => new Date()): KeptDiffs {
  const kept = new Map<string, Comparison>();
  const limit = createLimit(atATime);

  async function run(question: DiffQuestion, comparison: Comparison): Promise<void> {
    const signal = AbortSignal.timeout(takesAtMost);
    const progress = (done: number, total: number) => {
      comparison.progress = { done, total };
    };
    try {
      comparison.diff = await compare(question, { signal, progress });
    } catch (thrown) {
      comparison.error = signal.aborted ? tooSlow(comparison) : asSluiceError(thrown);
    }
  }

  function begin(question: DiffQuestion): Comparison {
    const comparison: Comparison = {
      startedAt: now(),
      progress: { done: 0, total: 0 },
      diff: undefined,
      error: undefined,
      over: Promise.resolve(),
    };
    comparison.over = limit(() => run(question, comparison));
    return comparison;
  }

  return {
    look(question, { after, isShown = false } = {}) {
      const key = keyOf(question);
      const known = kept.get(key);
      const age = known === undefined ? 0 : now().getTime() - known.startedAt.getTime();
      const isRunning = known !== undefined && known.diff === undefined && known.error === undefined;
      const isFresh = known !== undefined && (after === undefined || known.startedAt > after);
      if (known !== undefined && isFresh && (isRunning || age < (isShown ? shownFor : keptFor))) return known;
      const comparison = begin(question);
      kept.delete(key);
      kept.set(key, comparison);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return comparison;
    },
  };
}

function tooSlow({ progress: { done, total } }: Comparison): SluiceError {
  const far = total === 0 ? 'while the manifests were built' : `after ${done} of ${total} objects`;
  return new SluiceError(
    'timed_out',
    `The comparison was given up ${far}: it took longer than ${takesAtMost / 1000} seconds.`,
  );
}

function keyOf({ cluster, identity, kustomization, source }: DiffQuestion): string {
  const { uid, generation } = kustomization.metadata;
  return JSON.stringify([
    cluster.name,
    identityKey(identity),
    uid,
    generation,
    at(kustomization, 'status', 'observedGeneration'),
    textAt(kustomization, 'status', 'lastAppliedRevision'),
    textAt(kustomization, 'status', 'lastAttemptedRevision'),
    at(kustomization, 'status', 'history', 0, 'lastReconciled'),
    textAt(source, 'status', 'artifact', 'digest'),
    textAt(source, 'status', 'artifact', 'revision'),
  ]);
}
