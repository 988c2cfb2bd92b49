import type { About } from '../../because/rule.ts';
import { quoted } from '../../commands.ts';
import { isSuspended } from '../../annotations.ts';
import { textAt } from '../../read.ts';
import type { ObjectReference } from '../../summary.ts';

/** What to do about a failure, and what lies beneath it where the message tells. */
export interface Remedy {
  /** One or two sentences to the reader, with the field or the object to change. */
  fix: string;
  /** A line for a terminal that does it, or shows what has to be known first. `<word>` is for the reader to fill in. */
  command?: string;
  /** Another object in which the cause lies: one that does not exist, or that is broken. */
  culprit?: Culprit;
  /** The cause in words, where the explained message says it less well. */
  title?: string;
  /** What objects with the same cause have in common; by default the words of the title. */
  key?: string;
}

/** An object beneath the one that fails. */
export interface Culprit {
  reference: ObjectReference;
  state: 'missing' | 'failing';
  /** One sentence about it. */
  text: string;
}

/** A message of a controller, and what a person who knows Flux would do about it. */
export interface FixRule {
  /** Against the masked message, wherever it stands in it: messages hold one another. */
  when: RegExp;
  /** Only for these kinds. */
  kinds?: readonly string[];
  /** Undefined: the rule does not apply after all. */
  remedy(found: RegExpExecArray, about: About): Remedy | undefined;
}

/** What the first rule that fits says. */
export function remedyBy(rules: readonly FixRule[], message: string, about: About): Remedy | undefined {
  for (const rule of rules) {
    if (rule.kinds !== undefined && !rule.kinds.includes(about.kind.kind)) continue;
    const found = rule.when.exec(message);
    const remedy = found === null ? undefined : rule.remedy(found, about);
    if (remedy !== undefined) return remedy;
  }
  return undefined;
}

/** The object's namespace; empty where it has none. */
export function namespaceOf({ object }: About): string {
  return textAt(object, 'metadata', 'namespace') ?? '';
}

/** The text at a path of the spec. */
export function specText({ object }: About, ...path: readonly (string | number)[]): string | undefined {
  return textAt(object, 'spec', ...path);
}

/** `kubectl -n shop <rest>`; without a namespace for what has none. */
export function kubectl(namespace: string | undefined, rest: string): string {
  return namespace === undefined || namespace === '' ? `kubectl ${rest}` : `kubectl -n ${quoted(namespace)} ${rest}`;
}

/** `flux reconcile kustomization shop -n shop <flags>`; undefined for what the CLI does not reconcile. */
export function fluxReconcile(about: About, flags = ''): string | undefined {
  const noun = about.kind.fluxCommand;
  if (noun === undefined || !about.kind.actions.reconcile || isSuspended(about.object)) return undefined;
  return `flux reconcile ${noun} ${named(about)}${flags === '' ? '' : ` ${flags}`}`;
}

/** `flux resume kustomization shop -n shop`; by annotation for kinds that are suspended by one. */
export function fluxResume(about: About): string | undefined {
  const { kind, object } = about;
  if (!kind.actions.suspend) return undefined;
  if (kind.fluxCommand !== undefined) return `flux resume ${kind.fluxCommand} ${named(about)}`;
  if (kind.suspendAnnotation === undefined) return undefined;
  const what = `${kind.plural}.${kind.group} ${quoted(object.metadata.name)}`;
  return kubectl(namespaceOf(about), `annotate ${what} ${kind.suspendAnnotation}=enabled --overwrite`);
}

function named(about: About): string {
  return `${quoted(about.object.metadata.name)} -n ${quoted(namespaceOf(about))}`;
}

/** `command` where there is one: optional properties are left out, not undefined. */
export function withCommand(remedy: Remedy, command: string | undefined): Remedy {
  return command === undefined ? remedy : { ...remedy, command };
}
