import type { Entry } from '../../../kube/cluster.ts';
import type { PageRequest } from '../../../web/page.ts';
import { kindByPlural } from '../kinds/index.ts';
import type { Sight } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary, ObjectState } from '../summary.ts';
import { causeChain } from './cause-chain.ts';
import type { CauseStep } from './cause-chain.ts';
import { heldUpBy } from './holds-up.ts';
import { objectPath, referenceView } from './object-view.ts';
import type { ObjectView } from './object-view.ts';
import { countWords, stateMeanings } from './words.ts';

/** The status of an object in words, with its cause: the head of its page. */
export interface FindingView {
  state: ObjectState;
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
  steps: { object: ObjectView; text: string; detail: string; since: string | undefined }[];
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

const mostHeldUp = 6;

/** The finding of an object, with what the reader may see of the objects around it. */
export function findingView(
  entry: Entry<FluxSummary>,
  sight: Sight,
  link: PageRequest['link'],
  now: Date,
): FindingView {
  const { summary } = entry;
  const chain = causeChain(entry, (reference) => {
    const found = sight.entry(reference);
    return found === undefined ? undefined : entryAt(found, now);
  });
  const held = summary.state === 'ready' || summary.state === 'none' ? [] : heldUpBy(sight, entry);
  const said = summary.because ?? '';
  return {
    state: summary.state,
    word: words[summary.state],
    since: summary.since,
    sentence: said === '' ? calmSentence(entry) : said,
    message: quoted.has(summary.state) && summary.message !== said ? summary.message : undefined,
    holdsUp: held.slice(0, mostHeldUp).map(({ kind, entry: other }) => ({
      icon: kind.icon,
      kind: kind.kind,
      namespace: other.object.metadata.namespace,
      name: other.object.metadata.name,
      href: link(objectPath(kind.plural, other.object.metadata.namespace, other.object.metadata.name)),
    })),
    holdsUpMore: Math.max(0, held.length - mostHeldUp),
    steps: chain.length < 2 ? [] : chain.map((step) => stepView(step, link)),
  };
}

/** What there is to say where nothing is wrong. */
function calmSentence({ summary }: Entry<FluxSummary>): string {
  if (summary.state !== 'ready') return stateMeanings[summary.state];
  switch (kindByPlural(summary.plural)?.section) {
    case 'reconcilers':
      return 'What its source holds is in place.';
    case 'sources':
      return 'What it names is fetched and stored.';
    default:
      return 'It works as it is set up.';
  }
}

function stepView(step: CauseStep, link: PageRequest['link']): FindingView['steps'][number] {
  const text = step.text === '' ? stateMeanings[step.state] : step.text;
  return { object: referenceView(step.reference, link), text, detail: countWords[step.state], since: step.since };
}
