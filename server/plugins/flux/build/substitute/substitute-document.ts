import { SluiceError } from '../../../../errors.ts';
import { at, textAt } from '../../read.ts';
import type { FieldPath } from '../build-result.ts';
import { parseFluxYaml } from '../flux-yaml.ts';
import { expandTemplate, mostWork } from './expand-template.ts';
import { collectMentions } from './mentions.ts';
import { namesIn, parseTemplate } from './parse-template.ts';
import type { Expansion, Template } from './parse-template.ts';
import type { Variables } from './read-variables.ts';

const disabled = 'kustomize.toolkit.fluxcd.io/substitute';

/** An object's text with its variables put in. */
interface Substituted {
  /** What the text holds now: an object, or a list of them. */
  value: unknown;
  /** Fields that a value of a Secret went into. */
  hidden: FieldPath[];
  /** What is done with variables in it, each once. */
  expansions: readonly Expansion[];
}

/**
 * Puts variables into the YAML of one object as kustomize builds it, and reads what comes out: a value becomes what its text
 * means in YAML. Objects with the label or annotation `kustomize.toolkit.fluxcd.io/substitute: disabled` stay as they are.
 * Throws `failed` as Flux does, never with a value, and `too_large` where it takes more than `most` of work.
 */
export function substituteDocument(text: string, { byName }: Pick<Variables, 'byName'>, most = mostWork): Substituted {
  const [before] = parseFluxYaml(text);
  if (['labels', 'annotations'].some((part) => at(before, 'metadata', part, disabled) === 'disabled')) {
    return { value: before, hidden: [], expansions: [] };
  }
  const called = `${textAt(before, 'kind') ?? 'An object'} ${textAt(before, 'metadata', 'name') ?? ''}`.trim();
  try {
    const template = parseTemplate(text);
    const [value] = parseFluxYaml(expandTemplate(template, (name) => byName.get(name)?.value, most));
    return {
      value,
      hidden: hiddenIn(before, (part) => holdsSecret(part, byName), byName),
      expansions: mentionsIn(template),
    };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    const message = `${called} cannot be built: ${error.message}`;
    throw new SluiceError(error.kind === 'invalid' ? 'failed' : error.kind, message, { cause: error });
  }
}

function mentionsIn(template: Template): readonly Expansion[] {
  const mentions = collectMentions();
  const gather = (parts: Template): void => {
    for (const part of parts) {
      if (typeof part === 'string') continue;
      mentions.add([part]);
      gather(part.operands);
    }
  };
  gather(template);
  return mentions.all();
}

/** Whether a text, before anything is put in, will hold a value that may not be shown. What cannot be read by itself counts. */
function holdsSecret(text: string, byName: Variables['byName']): boolean {
  if (!text.includes('${')) return false;
  try {
    return [...namesIn(parseTemplate(text))].some((name) => byName.get(name)?.isSecret === true);
  } catch (error) {
    if (error instanceof SluiceError) return true;
    throw error;
  }
}

function hiddenIn(value: unknown, isSecret: (text: string) => boolean, byName: Variables['byName']): FieldPath[] {
  if (typeof value === 'string') return isSecret(value) ? [[]] : [];
  if (Array.isArray(value)) {
    const inner = value.flatMap((item) => hiddenIn(item, isSecret, byName));
    return [...new Map(inner.map((path) => [JSON.stringify(path), ['*', ...path]])).values()];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): FieldPath[] => {
    // A key that is secret hides all beside it: which one it is would tell its value.
    if (isSecret(key)) return [[]];
    return hiddenIn(inner, isSecret, byName).map((path) => [expandKey(key, byName), ...path]);
  });
}

function expandKey(key: string, byName: Variables['byName']): string {
  return key.includes('$') ? expandTemplate(parseTemplate(key), (name) => byName.get(name)?.value) : key;
}
