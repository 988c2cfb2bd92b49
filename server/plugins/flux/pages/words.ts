import type { AccessRule } from '../../../errors.ts';
import type { ObjectState } from '../summary.ts';

export { enumerate } from '../enumerate.ts';

/** A state after a number: `4 failing`. */
export const countWords: Record<ObjectState, string> = {
  failing: 'failing',
  stalled: 'stalled',
  'suspended-failing': 'suspended while failing',
  waiting: 'waiting',
  stale: 'stale',
  suspended: 'suspended',
  reconciling: 'reconciling',
  deleting: 'being deleted',
  none: 'without status',
  ready: 'ready',
};

/** What a state means, one sentence; the heading of a detail page says it when nothing more is known. */
export const stateMeanings: Record<ObjectState, string> = {
  failing: 'It tried and could not; it will try again.',
  stalled: 'It has given up until its spec changes.',
  'suspended-failing': 'It is held on purpose, and it was failing when it was held.',
  waiting: 'Something it depends on is not ready yet.',
  stale: 'It is overdue, or it was edited and its controller has not seen that yet.',
  suspended: 'It is held on purpose until someone resumes it.',
  reconciling: 'Its controller is at work on it.',
  deleting: 'It is being deleted.',
  none: 'This kind reports no status.',
  ready: 'Flux reports nothing wrong.',
};

/** States that ask for somebody's attention, and so for a second line in a list. */
export function wantsAttention(state: ObjectState): boolean {
  return state !== 'ready' && state !== 'none';
}

/** `1 object`, `3 objects`; a thousand is written `1,000`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}

/** A missing right in one phrase: `patch on kustomizations.kustomize.toolkit.fluxcd.io in namespace shop`. */
export function rightInWords(rule: AccessRule): string {
  const resource = rule.subresource === undefined ? rule.resource : `${rule.resource}/${rule.subresource}`;
  const where = rule.namespace === undefined ? 'in every namespace' : `in namespace ${rule.namespace}`;
  return `${rule.verb} on ${rule.group === '' ? resource : `${resource}.${rule.group}`} ${where}`;
}

/** A number as a word where a heading reads better so: `Six`, `Thirteen` is `13`. */
export function numberWord(number: number): string {
  const words = [
    'No',
    'One',
    'Two',
    'Three',
    'Four',
    'Five',
    'Six',
    'Seven',
    'Eight',
    'Nine',
    'Ten',
    'Eleven',
    'Twelve',
  ];
  return words[number] ?? number.toLocaleString('en-GB');
}
