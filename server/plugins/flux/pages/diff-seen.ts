import { SluiceError } from '../../../errors.ts';
import type { Entry } from '../../../kube/cluster.ts';
import { takeTurns } from '../../../take-turns.ts';
import { diffViewOf, mostHighlighted } from '../../../text-diff/comparison-view.ts';
import type { DiffView } from '../../../text-diff/comparison-view.ts';
import type { Part } from '../../../web/page.ts';
import { objectChanges } from '../diff/diff.ts';
import type { KustomizationDiff, ObjectChange, ObjectDiff } from '../diff/diff.ts';
import type { Comparison, KeptDiffs } from '../diff/kept-diffs.ts';
import { objectComparer } from '../diff/object-comparison.ts';
import { standingOf } from '../diff/standing.ts';
import { humanDuration } from '../duration.ts';
import { isInstant, textAt } from '../read.ts';
import type { FluxSummary } from '../summary.ts';
import { changeWords, diffRow } from './diff-rows.ts';
import { pageNumber, paged } from './paging.ts';
import { problemNotices } from './problem-notices.ts';
import { unlessItTakes } from './unless-it-takes.ts';
import { count, enumerate, rightInWords } from './words.ts';
import type { ViewInput } from './view-input.ts';

/** The comparison as the open view of a Kustomization's page shows it. */
export interface DiffSeen {
  part: Part;
  /** When to look again while it is under way; undefined when it is over. */
  again: Date | undefined;
}

interface SeenInput extends ViewInput {
  kept: KeptDiffs;
}

/** A first look waits so long; then the page comes without the comparison and has it when it is done. */
const patience = 1_500;
const lookAgain = 700;
const pageSize = 50;

/** Starts or finds the comparison and shows how far it is. Throws invalid for a wrong query. */
export async function diffSeen(input: SeenInput): Promise<DiffSeen> {
  const { request, entry, sight, kept } = input;
  const { cluster, identity, now, query, isOpen } = request;
  const asked = askedOf(query);
  const source = entry.summary.source === undefined ? undefined : sight.entry(entry.summary.source)?.object;
  const comparison = kept.look(
    { cluster, identity, kustomization: entry.object, source },
    { after: asked.after, isShown: isOpen },
  );
  if (!isOpen) await unlessItTakes(patience, comparison.over);
  const { diff, error } = comparison;
  if (diff !== undefined) return { part: await resultPart(input, asked, comparison, diff), again: undefined };
  if (error !== undefined) return { part: failurePart(input, asked, comparison, error), again: undefined };
  return { part: runningPart(input, asked, comparison), again: new Date(now.getTime() + lookAgain) };
}

interface Asked {
  view: DiffView;
  change: ObjectChange | undefined;
  page: number;
  after: Date | undefined;
}

function askedOf(query: URLSearchParams): Asked {
  const wanted = query.get('change') ?? '';
  const change = objectChanges.find((each) => each === wanted);
  if (wanted !== '' && change === undefined)
    throw new SluiceError('invalid', `“${wanted.slice(0, 40)}” is no change of an object.`, {
      field: 'change',
      wayOut: `The changes are ${objectChanges.join(', ')}.`,
    });
  const page = pageNumber(query);
  const after = query.get('after') ?? '';
  if (after !== '' && !isInstant(after))
    throw new SluiceError('invalid', `“${after.slice(0, 40)}” is no point in time.`, { field: 'after' });
  return {
    view: diffViewOf(query.get('view')),
    change,
    page,
    after: after === '' ? undefined : new Date(after),
  };
}

/** What all states of the view have in common. */
function frameOf({ request, path }: SeenInput, asked: Asked, { startedAt }: Comparison) {
  const { link } = request;
  const hrefOf = (query: { view?: DiffView; change?: ObjectChange | undefined; page?: number; after?: string }) => {
    const { view = asked.view, page = 1 } = query;
    const change = 'change' in query ? query.change : asked.change;
    return link(path, {
      change,
      view: view === 'split' ? undefined : view,
      page: page === 1 ? undefined : String(page),
      after: query.after,
    });
  };
  return {
    hrefOf,
    model: {
      view: asked.view,
      splitHref: hrefOf({ view: 'split', page: asked.page }),
      unifiedHref: hrefOf({ view: 'unified', page: asked.page }),
      againHref: hrefOf({ after: startedAt.toISOString() }),
      patchHref: link(`${path}/patch`),
    },
  };
}

function runningPart(input: SeenInput, asked: Asked, comparison: Comparison): Part {
  const { done, total } = comparison.progress;
  const { hrefOf, model } = frameOf(input, asked, comparison);
  return {
    template: 'flux/diff.njk',
    model: {
      ...model,
      phase: 'running',
      told:
        total === 0
          ? 'Fetching the artifact and building the manifests.'
          : `Trying the objects with the API server: ${done.toLocaleString('en-GB')} of ${total.toLocaleString('en-GB')}.`,
      done,
      total,
      reloadHref: hrefOf({ page: asked.page }),
    },
  };
}

function failurePart(input: SeenInput, asked: Asked, comparison: Comparison, error: SluiceError): Part {
  const rights = error.missing.map(rightInWords);
  return {
    template: 'flux/diff.njk',
    model: {
      ...frameOf(input, asked, comparison).model,
      phase: 'failed',
      isForbidden: error.kind === 'forbidden',
      title: error.kind === 'forbidden' ? 'You may not see what would change' : 'It could not be compared',
      told: error.message,
      wayOut: error.wayOut ?? (rights.length === 0 ? '' : `You lack ${enumerate(rights)}.`),
      at: comparison.startedAt.toISOString(),
    },
  };
}

async function resultPart(
  input: SeenInput,
  asked: Asked,
  comparison: Comparison,
  diff: KustomizationDiff,
): Promise<Part> {
  const { entry, request } = input;
  const { hrefOf, model } = frameOf(input, asked, comparison);
  const every = humanDuration(entry.summary.intervalSeconds ?? 0);
  const standing = standingOf(entry.object, diff, every);
  const wanted = diff.objects.filter(({ change }) =>
    asked.change === undefined ? change !== 'none' : change === asked.change,
  );
  const { shown, before, pages } = paged(wanted, {
    asked: asked.page,
    size: pageSize,
    hrefOf: (page) => hrefOf({ page }),
  });
  const options = {
    view: asked.view,
    compare: objectComparer(),
    hideOrigin: standing.kind === 'drift',
    budget: { lines: mostHighlighted },
  };
  const rows: Awaited<ReturnType<typeof diffRow>>[] = [];
  const turn = takeTurns();
  for (const [index, object] of shown.entries()) {
    await turn();
    rows.push(await diffRow(object, before + index, options));
  }
  return {
    template: 'flux/diff.njk',
    model: {
      ...model,
      phase: 'done',
      standing: { ...standing, state: stateOf(standing.kind, diff) },
      notices: [...noticesOf(diff), ...accountNotice(entry)],
      chips: objectChanges
        .filter((change) => (diff.counts[change] ?? 0) > 0)
        .map((change) => ({
          state: changeWords[change].state,
          change: changeWords[change].change,
          count: diff.counts[change] ?? 0,
          word: changeWords[change].word,
          href: hrefOf({ change }),
          current: asked.change === change,
        })),
      total: diff.objects.length,
      allHref: hrefOf({ change: undefined }),
      isAll: asked.change === undefined,
      rows,
      nothing: wanted.length > 0 ? '' : nothingInWords(diff, asked.change),
      at: comparison.startedAt.toISOString(),
      builtWith: diff.builtWith,
      isPlain: wanted.some(({ before, after }) => before !== undefined || after !== undefined),
      pages,
      now: request.now.toISOString(),
    },
  };
}

function stateOf(kind: 'drift' | 'ahead' | 'same', diff: KustomizationDiff): string {
  if (diff.objects.some(({ problem }) => problem?.kind === 'refused')) return 'failing';
  if (kind === 'same') return 'ready';
  return kind === 'drift' ? 'warning' : 'info';
}

function nothingInWords({ objects, counts }: KustomizationDiff, change: ObjectChange | undefined): string {
  if (change !== undefined) return 'There are no such objects.';
  if (objects.length === 0) return 'It applies nothing.';
  return `Nothing differs: ${count(counts.none ?? 0, 'object')} ${(counts.none ?? 0) === 1 ? 'is' : 'are'} the same.`;
}

/** What stands between the reader and the whole truth, once for all objects. */
function noticesOf({ objects, problems, leftOut }: KustomizationDiff): object[] {
  return [...limitedNotice(objects), ...problemNotices(problems, 1), ...leftOutNotice(leftOut)];
}

function limitedNotice(objects: readonly ObjectDiff[]): object[] {
  const limited = objects.filter(({ problem }) => problem?.kind === 'limited');
  if (limited.length === 0) return [];
  const rights = new Map(
    limited.flatMap(({ problem }) =>
      (problem?.missing ?? []).map(({ name: _name, ...rule }): [string, string] => [
        rightInWords(rule),
        rightInWords(rule),
      ]),
    ),
  );
  const named = [...rights.values()];
  const told = named.length > 4 ? [...named.slice(0, 4), `${named.length - 4} more`] : named;
  const text =
    `${count(limited.length, 'object')} could not be tried with the API server, because you lack ${enumerate(told)}. ` +
    'The fields of the source are compared with the cluster instead: defaults, webhooks and validation are not applied.';
  return [{ state: 'info', strong: 'You may look but not try.', text, since: undefined }];
}

/** Rights differ between people and accounts, and so does what the API server takes. */
function accountNotice({ object }: Entry<FluxSummary>): object[] {
  const account = textAt(object, 'spec', 'serviceAccountName');
  if (account === undefined) return [];
  const text = 'It was tried with your rights here; those of the account may reach less far.';
  return [{ state: 'info', strong: `Flux applies it as the ServiceAccount ${account}.`, text, since: undefined }];
}

function leftOutNotice(leftOut: number): object[] {
  if (leftOut === 0) return [];
  const text = `${count(leftOut, 'more object')} were built and not compared: that would take too long.`;
  return [{ state: 'warning', strong: 'This is not everything.', text, since: undefined }];
}
