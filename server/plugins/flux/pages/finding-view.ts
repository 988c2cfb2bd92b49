import type { Cluster, Entry } from '../../../kube/cluster.ts';
import type { PageRequest } from '../../../web/page.ts';
import type { Step } from '../diagnosis/diagnosis.ts';
import type { Panel } from '../kind.ts';
import type { DiagnosisRead } from '../diagnosis/read-diagnosis.ts';
import { kindOf } from '../kinds/index.ts';
import { referenceKey, referenceTo } from '../references.ts';
import type { Sight } from '../sight.ts';
import type { FluxSummary, ObjectState } from '../summary.ts';
import { heldUpBy } from './holds-up.ts';
import { anyObjectPath } from './inventory-page-rows.ts';
import { objectPath, referenceView } from './object-view.ts';
import type { ObjectView } from './object-view.ts';
import { countWords, stateMeanings } from './words.ts';

/** The status of an object in words, with its cause: the head of its page. */
export interface FindingView {
  state: ObjectState | 'warning';
  /** `Failing`. */
  word: string;
  since: string | undefined;
  /** Why, one or two sentences. */
  sentence: string;
  /** The controller's own words, where ours leave something out. */
  message: string | undefined;
  /** Where the reader may go on: who waits for it. */
  holdsUp: ObjectView[];
  holdsUpMore: number;
  /** From symptom to cause; fewer than two steps are none. */
  steps: StepView[];
  /** More steps than stand side by side. */
  isLong: boolean;
  fix: { text: string; command: string; isKnown: boolean } | undefined;
  /** What could not be looked at on the way, and why. */
  notes: string[];
}

interface StepView {
  object: ObjectView;
  text: string;
  /** `failing`, and what the machine calls it. */
  detail: string;
  since: string | undefined;
  reason: string;
  attempts: number;
}

const words: Record<ObjectState, string> = {
  failing: 'Failing',
  stalled: 'Stalled',
  'suspended-failing': 'Suspended',
  waiting: 'Waiting',
  stale: 'Stale',
  suspended: 'Suspended',
  reconciling: 'Reconciling',
  deleting: 'Being deleted',
  none: 'No status',
  ready: 'Ready',
};

/** States in which the controller's own message adds to ours. */
const quoted: ReadonlySet<ObjectState> = new Set(['failing', 'stalled', 'suspended-failing', 'waiting', 'stale']);

/** States in which something is wrong that a person can put right. */
const fixable: ReadonlySet<ObjectState> = new Set(['failing', 'stalled', 'suspended-failing', 'waiting', 'none']);

const mostHeldUp = 6;
const mostAbreast = 5;

interface FindingInput {
  entry: Entry<FluxSummary>;
  diagnosis: DiagnosisRead;
  sight: Sight;
  cluster: Cluster;
  link: PageRequest['link'];
  /** What is told of an object that has no status of its own. */
  headline: Panel['says'];
}

function isWrong({ state }: NonNullable<Panel['says']>): boolean {
  return state === 'failing' || state === 'warning';
}

/** Whether a panel has the word: where there is no status, and where what it found wrong leaves the status ready. */
function mayHead(state: ObjectState, headline: NonNullable<Panel['says']>): boolean {
  return state === 'none' || (state === 'ready' && isWrong(headline));
}

/** The finding of an object, with what the reader may see of the objects around it. */
export function findingView({ entry, diagnosis, sight, cluster, link, headline }: FindingInput): FindingView {
  const { summary } = entry;
  const told = headline === undefined || !mayHead(summary.state, headline) ? undefined : headline;
  const held = summary.state === 'ready' || summary.state === 'none' ? [] : heldUpBy(sight, entry);
  const sentence = told?.sentence ?? afterWord(sentenceOf(entry, diagnosis));
  const { steps, root } = diagnosis;
  return {
    state: told !== undefined && isWrong(told) ? 'warning' : summary.state,
    word: summary.state === 'none' && told?.state === 'failing' ? 'Not all was sent' : words[summary.state],
    since: summary.since,
    sentence,
    message: quoted.has(summary.state) && summary.message !== summary.because ? summary.message : undefined,
    holdsUp: held.slice(0, mostHeldUp).map(({ kind, entry: other }) => ({
      icon: kind.icon,
      kind: kind.kind,
      namespace: other.object.metadata.namespace,
      name: other.object.metadata.name,
      href: link(objectPath(kind.plural, other.object.metadata.namespace, other.object.metadata.name)),
    })),
    holdsUpMore: Math.max(0, held.length - mostHeldUp),
    steps: steps.length < 2 ? [] : steps.map((step) => stepView(step, cluster, link)),
    isLong: steps.length > mostAbreast,
    fix:
      root === undefined || !(fixable.has(summary.state) || summary.failedBefore)
        ? undefined
        : { text: root.fix, command: root.command ?? '', isKnown: root.known },
    notes: diagnosis.problems.map(({ message }) => message),
  };
}

/** The sentence as it stands behind `Suspended for 2 h.` or `Being deleted for 2 min.`, which it does not say once more. */
function afterWord(sentence: string): string {
  const rest = sentence.replace(/^(?:Is being deleted|Suspended)(?:: | (?=by )|\.$)/, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** What is wrong with the object itself, and where the cause lies elsewhere, that too; without advice where a fix is given. */
function sentenceOf({ object, summary }: Entry<FluxSummary>, { steps, root, nearest }: DiagnosisRead): string {
  const [first] = steps;
  const said = summary.because ?? stateMeanings[summary.state];
  if (first === undefined || root === undefined || !fixable.has(summary.state)) return said;
  if (summary.state === 'suspended-failing') return said;
  const last = steps.at(-1);
  const elsewhere =
    last?.state !== 'missing' &&
    (referenceKey(referenceTo(object)) !== referenceKey(referenceTo(nearest.object)) || steps.length > 2);
  return elsewhere ? `${first.text} ${root.title}.` : first.text;
}

function stepView(step: Step, cluster: Cluster, link: PageRequest['link']): StepView {
  const { reference, state, text, since, reason, attempts } = step;
  const isFlux = kindOf(reference.group, reference.kind) !== undefined;
  const served = cluster.servedKind(reference.group, reference.kind);
  const isThere = state !== 'missing' && state !== 'hidden';
  const view = referenceView(reference, link);
  const href =
    isFlux || served === undefined
      ? view.href
      : link(anyObjectPath(reference, { version: served.version, resource: served.resource }));
  return {
    object: { ...view, href: isThere ? href : undefined },
    text,
    detail: detailWords[state] ?? countWords[state as ObjectState],
    since,
    reason: reason ?? '',
    attempts: attempts ?? 0,
  };
}

const detailWords: Readonly<Partial<Record<Step['state'], string>>> = {
  missing: 'missing',
  hidden: 'hidden from you',
  unknown: 'not watched',
  late: 'not ready',
};
