import { createTwoFilesPatch } from 'diff';
import { compareTexts } from '../../../text-diff/compare-texts.ts';
import type { Comparison } from '../../../text-diff/compare-texts.ts';
import { maskedToYaml } from '../yaml.ts';
import type { KustomizationDiff, ObjectDiff } from './diff.ts';

/** One page or answer may take so long to tell lines apart; what comes after is not compared line by line. */
const patienceForAll = 2_500;

const known = new WeakMap<ObjectDiff, Comparison>();

/** Compares objects line by line, sharing one budget of time among all that are asked of it. */
export function objectComparer(): (object: ObjectDiff) => Comparison {
  let left = patienceForAll;
  return (object) => {
    const before = known.get(object);
    if (before !== undefined) return before;
    const started = performance.now();
    const comparison = compareTexts(textOf(object.before), textOf(object.after), left);
    left -= performance.now() - started;
    // What was cut short by others may come out better the next time.
    if (!comparison.tooDifferent) known.set(object, comparison);
    return comparison;
  };
}

function textOf(object: ObjectDiff['before']): string {
  return object === undefined ? '' : maskedToYaml(object);
}

/** The whole comparison as a patch that any tool reads. Secrets' values are masked in it, so it cannot be applied as it is. */
export function patchOf(diff: KustomizationDiff): string {
  const until = performance.now() + patienceForAll;
  return diff.objects
    .flatMap((object) => {
      if (object.before === undefined && object.after === undefined) return [];
      const { kind, namespace, name } = object.reference;
      const file = `${[namespace, kind, name].flatMap((part) => (part === undefined ? [] : asFileName(part))).join('/')}.yaml`;
      const patch = createTwoFilesPatch(
        object.before === undefined ? '/dev/null' : `a/${file}`,
        object.after === undefined ? '/dev/null' : `b/${file}`,
        textOf(object.before),
        textOf(object.after),
        '',
        '',
        { context: 3, timeout: Math.max(1, until - performance.now()) },
      );
      return [patch ?? `# ${file} differs too much to be compared line by line.\n`];
    })
    .join('');
}

/** What a manifest calls an object may be no name at all, and a way out of the folder that the patch is used in. */
function asFileName(text: string): string {
  return text.replaceAll(/[^\w.:-]/g, '_').replace(/^\.+/, '_');
}
