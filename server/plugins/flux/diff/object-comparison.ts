import { takeTurns } from '../../../take-turns.ts';
import type { Comparison } from '../../../text-diff/compare-texts.ts';
import { isLarger } from '../large/is-larger.ts';
import { largeFrom, unlessLarge } from '../large/unless-large.ts';
import type { Sides } from './compare-yaml.ts';
import type { KustomizationDiff, ObjectDiff } from './diff.ts';

/** One page or answer may take so long to tell lines apart; what comes after is not compared line by line. */
const patienceForAll = 5_000;
/** On the spot, where everybody else waits; what takes longer is done in a thread. */
const patienceHere = 50;
const patienceBeside = 1_500;

const known = new WeakMap<ObjectDiff, Comparison>();

/** Compares objects line by line, sharing one budget of time among all that are asked of it. */
export function objectComparer(signal?: AbortSignal): (object: ObjectDiff) => Promise<Comparison> {
  let left = patienceForAll;
  return async (object) => {
    const before = known.get(object);
    if (before !== undefined) return before;
    const started = performance.now();
    const comparison = await compareLines(object, left, signal);
    left -= performance.now() - started;
    // What was cut short by others may come out better the next time.
    if (!comparison.tooDifferent) known.set(object, comparison);
    return comparison;
  };
}

async function compareLines({ before, after }: ObjectDiff, left: number, signal?: AbortSignal): Promise<Comparison> {
  const sides = { before, after };
  const isLarge = isLargeBy(sides);
  const compare = (beside: boolean, most: number) =>
    unlessLarge(beside, 'compareYaml', [sides, Math.min(left, most)], signal);
  const comparison = await compare(isLarge, isLarge ? patienceBeside : patienceHere);
  return comparison.tooDifferent && !isLarge ? compare(true, patienceBeside) : comparison;
}

/** The whole comparison as a patch that any tool reads. Secrets' values are masked in it, so it cannot be applied as it is. */
export async function patchOf(diff: KustomizationDiff, signal?: AbortSignal): Promise<string> {
  const until = performance.now() + patienceForAll;
  let whole = '';
  const turn = takeTurns();
  for (const { before, after, reference } of diff.objects) {
    await turn();
    if (before === undefined && after === undefined) continue;
    const { kind, namespace, name } = reference;
    const file = `${[namespace, kind, name].flatMap((part) => (part === undefined ? [] : asFileName(part))).join('/')}.yaml`;
    const sides = { before, after };
    const patch = (beside: boolean, most: number) => {
      const patience = Math.max(1, Math.min(until - performance.now(), most));
      return unlessLarge(beside, 'patchYaml', [sides, file, patience], signal);
    };
    const made =
      (isLargeBy(sides) ? undefined : await patch(false, patienceHere)) ?? (await patch(true, patienceBeside));
    whole += made ?? `# ${file} differs too much to be compared line by line.\n`;
  }
  return whole;
}

function isLargeBy({ before, after }: Sides): boolean {
  return isLarger([before, after], largeFrom);
}

/** What a manifest calls an object may be no name at all, and a way out of the folder that the patch is used in. */
function asFileName(text: string): string {
  return text.replaceAll(/[^\w.:-]/g, '_').replace(/^\.+/, '_');
}
