import { SluiceError } from '../../../../errors.ts';
import { withoutMatch } from './glob.ts';
import type { Expansion, Template } from './parse-template.ts';

/** A text may grow so far by what is put into it; the API server takes no objects of 3 MB. */
const mostCharacters = 4 * 1024 * 1024;
/** Patterns are looked for in values up to this length. */
const longestForPatterns = 64 * 1024;

/** What may be done with values in one text: characters looked at, those of patterns counting with the pattern's length. */
export const mostWork = 16_000_000;
/** A step of a pattern costs more than a character that is copied. */
const patternCost = 4;
const patterns = new Set(['#', '##', '%', '%%']);

/**
 * Puts values into a template. What has no value counts as empty, as in Flux without its strict mode.
 * Lengths and positions are counted in bytes of UTF-8. Throws `too_large` where the text, or the work it
 * takes, would grow beyond measure.
 */
export function expandTemplate(
  template: Template,
  valueOf: (name: string) => string | undefined,
  most = mostWork,
): string {
  let length = 0;
  let work = 0;

  function expand(each: Template[number]): string {
    const text = typeof each === 'string' ? each : applied(each, valueOf(each.name) ?? '');
    length += text.length;
    if (length > mostCharacters) throw new SluiceError('too_large', 'Substitution makes an object larger than 4 MB.');
    return text;
  }

  function applied({ operator, operands }: Expansion, value: string): string {
    // Operands are looked at even where they are not needed: their errors count.
    const given = operands.map(expand);
    const [pattern] = given;
    if (operator !== '') work += value.length;
    if (pattern !== undefined && patterns.has(operator)) work += value.length * pattern.length * patternCost;
    if (work > most)
      throw new SluiceError('too_large', 'Substitution takes more work than Sluice does for one object.');
    return applyOperator(operator, value, given);
  }

  return template.map(expand).join('');
}

function applyOperator(operator: string, value: string, operands: readonly string[]): string {
  const [first = '', second = ''] = operands;
  switch (operator) {
    case ',':
      return changeFirst(value, (character) => character.toLowerCase());
    case ',,':
      return value.toLowerCase();
    case '^':
      return changeFirst(value, (character) => character.toUpperCase());
    case '^^':
      return value.toUpperCase();
    case '#':
      return operands.length === 0 ? String(Buffer.byteLength(value)) : trimmed(value, first, false, false);
    case '##':
      return trimmed(value, first, false, true);
    case '%':
      return trimmed(value, first, true, false);
    case '%%':
      return trimmed(value, first, true, true);
    case ':':
      return substring(value, operands);
    case '/':
      return value.replace(first, () => second);
    case '//':
      return value.replaceAll(first, () => second);
    case '/#':
      return operands.length === 2 && value.startsWith(first) ? second + value.slice(first.length) : value;
    case '/%':
      return operands.length === 2 && value.endsWith(first)
        ? value.slice(0, value.length - first.length) + second
        : value;
    default:
      // `:=`, `:-`, `:?`, `:+`, `=` and what is no function at all: the value, else what stands there for it.
      return value === '' ? operands.join('') : value;
  }
}

function changeFirst(value: string, change: (character: string) => string): string {
  const [first = ''] = value;
  return change(first) + value.slice(first.length);
}

function trimmed(value: string, pattern: string, end: boolean, longest: boolean): string {
  if (value.length > longestForPatterns || pattern.length > 1000) {
    throw new SluiceError('too_large', 'A variable is too long to look for a pattern in it.');
  }
  return withoutMatch(value, pattern, { end, longest });
}

function substring(value: string, [position = '', length]: readonly string[]): string {
  if (!isInteger(position)) return value;
  const bytes = Buffer.from(value);
  const from = Number(position) < 0 ? Math.max(0, bytes.length + Number(position)) : Number(position);
  if (length === undefined) return bytes.subarray(from).toString();
  if (!isInteger(length)) return value;
  const to = Number(length) < 0 ? bytes.length + Number(length) : from + Number(length);
  return to < from ? '' : bytes.subarray(from, to).toString();
}

function isInteger(text: string): boolean {
  return /^[-+]?\d{1,15}$/.test(text);
}
