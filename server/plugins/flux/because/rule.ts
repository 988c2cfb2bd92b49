import { withFullStop } from '../../../full-stop.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { KindDefinition } from '../kind.ts';

/** Whose message is explained. */
export interface About {
  object: KubeObject;
  kind: KindDefinition;
}

/** What a controller writes, and how we say it. */
export interface Rule {
  when: RegExp;
  /**
   * One or more sentences; the last full stop may be left out. `explain` says what an inner message means.
   * Undefined: the rule does not apply after all, the next ones are asked.
   */
  say(found: RegExpExecArray, about: About, explain: (inner: string) => string): string | undefined;
}

/** What the first rule that fits says, or undefined. The message must be masked already. */
export function sayBy(
  rules: readonly Rule[],
  message: string,
  about: About,
  explain: (inner: string) => string = firstSentence,
): string | undefined {
  for (const rule of rules) {
    const found = rule.when.exec(message);
    const said = found === null ? undefined : rule.say(found, about, explain);
    if (said !== undefined) return said;
  }
  return undefined;
}

const longest = 300;

/** The first sentence of a message on one line, at most 300 characters. */
export function firstSentence(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  const end = /[.!?] (?=[A-Z])/.exec(line);
  const first = end === null ? line : line.slice(0, end.index + 1);
  if (first.length <= longest) return first;
  return `${first.slice(0, longest).replace(/\s\S*$/, '')} …`;
}

/** With a capital at its beginning where it begins with a word, and a full stop at its end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const capital = /^[a-z]+(?=[\s,:])/.test(trimmed) ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1) : trimmed;
  return withFullStop(capital);
}

/** The text to stand after a colon: without its full stop. */
export function clause(text: string): string {
  return text.trim().replace(/\.$/, '');
}
