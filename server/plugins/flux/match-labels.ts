import type { LabelSelector } from './label-selector.ts';
import { matchesLabels } from './label-selector.ts';
import { entriesAt, listAt, textAt } from './read.ts';

const operators = { In: 'in', NotIn: 'not in', Exists: 'exists', DoesNotExist: 'absent' } as const;

/**
 * Whether labels fulfil the `matchLabels` and `matchExpressions` of an API object. A selector that says nothing fits
 * everything; an operator that is not known fits nothing.
 */
export function labelsMatch(labels: Readonly<Record<string, string>> | undefined, selector: unknown): boolean {
  const requirements: LabelSelector[number][] = entriesAt(selector, 'matchLabels').map(([key, value]) => ({
    key,
    operator: 'in',
    values: [String(value)],
  }));
  for (const expression of listAt(selector, 'matchExpressions')) {
    const key = textAt(expression, 'key');
    const operator = textAt(expression, 'operator') ?? '';
    if (key === undefined || !Object.hasOwn(operators, operator)) return false;
    const values = listAt(expression, 'values').filter((value) => typeof value === 'string');
    requirements.push({ key, operator: operators[operator as keyof typeof operators], values });
  }
  return matchesLabels(labels, requirements);
}
