import { SluiceError } from '../../../errors.ts';
import type { SearchTerm } from '../filter.ts';
import { searchTerms } from '../filter.ts';
import type { KindDefinition } from '../kind.ts';
import { kinds } from '../kinds/index.ts';
import type { LabelSelector } from '../label-selector.ts';
import { parseLabelSelector } from '../label-selector.ts';
import type { ObjectState } from '../summary.ts';
import { objectStates } from '../summary.ts';

/** What somebody looks for across all kinds. */
export interface SearchQuery {
  /** As typed, without blanks around it. */
  text: string;
  /** The words without operators. */
  terms: readonly SearchTerm[];
  /** Empty: every kind. */
  kinds: readonly KindDefinition[];
  /** What the namespace begins with, one of them; empty: every namespace. */
  namespaces: readonly string[];
  /** Empty: every state. */
  states: readonly ObjectState[];
  selector: LabelSelector;
  /** What was asked for and is not understood, one sentence each; it narrows nothing. */
  problems: readonly string[];
}

/** The operators, as the page explains them. */
export const searchOperators: readonly { example: string; meaning: string }[] = [
  { example: 'kind:helmrelease', meaning: 'only of this kind; the beginning is enough, ks and hr work too' },
  { example: 'ns:team-', meaning: 'only in namespaces that begin so' },
  { example: 'status:failing', meaning: 'only in this state; several with commas' },
  { example: 'label:app=web', meaning: 'only with this label; label:app for any value' },
  { example: '!canary', meaning: 'without this word' },
  { example: 'team-*-web', meaning: '* stands for anything within a name or message' },
];

const longestQuery = 256;

/** Short names that Flux users type. */
const shortKinds: Readonly<Record<string, string>> = {
  ks: 'kustomizations',
  hr: 'helmreleases',
  gitrepo: 'gitrepositories',
  ocirepo: 'ocirepositories',
  helmrepo: 'helmrepositories',
};

/** Reads what was typed; never throws for its meaning, only `invalid` when it is longer than anybody types. */
export function parseSearch(typed: string): SearchQuery {
  const text = typed.trim();
  if (text.length > longestQuery) {
    throw new SluiceError('invalid', `The search text is longer than ${longestQuery} characters.`, {
      field: 'q',
      wayOut: 'Search for fewer or shorter words.',
    });
  }
  const words: string[] = [];
  const asked = { kinds: new Set<KindDefinition>(), namespaces: new Set<string>(), states: new Set<ObjectState>() };
  const selector: LabelSelector[number][] = [];
  const problems: string[] = [];
  for (const word of text.split(/\s+/)) {
    const [, operator, value = ''] = /^(kind|ns|namespace|status|label):(.*)$/i.exec(word) ?? [];
    switch (operator?.toLowerCase()) {
      case 'kind':
        for (const part of partsOf(value)) {
          const found = kindsNamed(part);
          for (const kind of found) asked.kinds.add(kind);
          if (found.length === 0) problems.push(`No kind of Flux is named “${part}”.`);
        }
        break;
      case 'ns':
      case 'namespace':
        for (const part of partsOf(value)) asked.namespaces.add(part);
        break;
      case 'status':
        for (const part of partsOf(value)) {
          const found = objectStates.filter((state) => state.startsWith(part === 'failed' ? 'failing' : part));
          for (const state of found) asked.states.add(state);
          if (found.length === 0) problems.push(`“${part}” is not a status: choose from ${objectStates.join(', ')}.`);
        }
        break;
      case 'label':
        if (value !== '') selector.push(...labelsOf(value, problems));
        break;
      default:
        words.push(word);
    }
  }
  return {
    text,
    terms: searchTerms(words.join(' ')),
    kinds: kinds.filter((kind) => asked.kinds.has(kind)),
    namespaces: [...asked.namespaces],
    states: objectStates.filter((state) => asked.states.has(state)),
    selector,
    problems,
  };
}

/** Whether anything is asked for at all. */
export function asksForSomething(query: SearchQuery): boolean {
  const { terms, selector, namespaces, states } = query;
  return terms.length + query.kinds.length + selector.length + namespaces.length + states.length > 0;
}

/** Whether a word names a kind: the beginning of its name from three letters on, or one of Flux' short names. */
export function namesKind(word: string, kind: KindDefinition): boolean {
  if (shortKinds[word] === kind.plural) return true;
  return word.length > 2 && (kind.kind.toLowerCase().startsWith(word) || kind.plural.startsWith(word));
}

function kindsNamed(part: string): KindDefinition[] {
  const exact = kinds.filter(
    (kind) => kind.plural === part || kind.kind.toLowerCase() === part || shortKinds[part] === kind.plural,
  );
  if (exact.length > 0) return exact;
  return kinds.filter((kind) => kind.kind.toLowerCase().startsWith(part) || kind.plural.startsWith(part));
}

function partsOf(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .filter((part) => part !== '');
}

function labelsOf(value: string, problems: string[]): LabelSelector {
  try {
    return parseLabelSelector(value);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    problems.push(error.message);
    return [];
  }
}
