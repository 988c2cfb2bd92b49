import { textAt } from '../read.ts';
import type { About, Rule } from './rule.ts';
import { clause } from './rule.ts';

/** A rule that counts for the Flux Operator's kinds only: its messages begin as others' may, too. */
function ofOperator(when: RegExp, say: Rule['say']): Rule {
  return {
    when,
    say: (found, about, explain) => (about.kind.section === 'flux-operator' ? say(found, about, explain) : undefined),
  };
}

function credentials({ object }: About): string {
  const secret = textAt(object, 'spec', 'secretRef', 'name');
  const namespace = textAt(object, 'metadata', 'namespace') ?? '';
  return secret === undefined ? 'give it credentials (spec.secretRef)' : `check Secret ${namespace}/${secret}`;
}

function hostOf(text: string): string | undefined {
  return /\b(?:https?|oci):\/\/(?:[^\s/@]*@)?([^\s/"':]+)/.exec(text)?.[1];
}

/** What the Flux Operator says of instances, resource sets and input providers. */
export const operatorRules: readonly Rule[] = [
  ofOperator(
    /^Retrying dependency check: dependency \S+?\/([A-Z]\w*)\/(?:([^/\s]+)\/)?([^/\s]+) not (ready|found)/,
    ([, kind = '', namespace, name = '', what]) =>
      `waits for ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}, which ${what === 'ready' ? 'is not ready' : 'does not exist'}`,
  ),
  ofOperator(
    /template: resourceset:(\d+)(?::\d+)?: (?:executing .*? at <(.*?)>: )?(.*)/s,
    ([, line = '', at, why = '']) => {
      const key = /map has no entry for key "([^"]+)"/.exec(why)?.[1];
      if (key !== undefined)
        return `the template's line ${line} asks for ${at ?? key}, which an input does not have: add ${key} to every input, or correct the template`;
      return `the template cannot be rendered, line ${line}: ${clause(why)}`;
    },
  ),
  ofOperator(/^build failed: (.*)/s, ([, why = ''], _about, explain) => `It cannot be built: ${explain(why)}`),
  ofOperator(
    /^failed to compute inputs: (.*)/s,
    ([, why = ''], _about, explain) => `Its inputs cannot be had: ${explain(why)}`,
  ),
  ofOperator(
    /^fetch failed: (.*)/s,
    ([, why = ''], _about, explain) => `The manifests of the distribution cannot be fetched: ${explain(why)}`,
  ),
  ofOperator(
    /^Reconciliation failed terminally due to configuration error: (.*)/s,
    ([, why = ''], _about, explain) => `Its spec is wrong: ${explain(why)}`,
  ),
  ofOperator(/^failed to call \w+ provider: (.*)/s, ([, why = ''], about, explain) => {
    const url = textAt(about.object, 'spec', 'url') ?? '';
    const host = hostOf(why) ?? hostOf(url) ?? 'The other side';
    if (/\b401\b|\b403\b|unauthori[sz]ed|forbidden/i.test(why))
      return `${host} refuses the credentials: ${credentials(about)}`;
    if (/\b404\b|not found/i.test(why))
      return `${host} knows no such repository, or does not show it without credentials: check spec.url and ${credentials(about)}`;
    return `${host} could not be asked: ${explain(why)}`;
  }),
];
