import type { Entry } from '../../../kube/cluster.ts';
import type { PageRequest } from '../../../web/page.ts';
import type { KindDefinition } from '../kind.ts';
import { shortRevision, shortWanted } from '../revision.ts';
import { sourceGroup } from '../references.ts';
import type { FluxSummary, ObjectState } from '../summary.ts';
import { columnsOf } from './columns.ts';
import { intervalView } from './interval.ts';
import type { IntervalView } from './interval.ts';
import { objectPath, referenceView } from './object-view.ts';
import type { ObjectView } from './object-view.ts';
import type { Patchable } from './patchable.ts';
import { rowActions } from './row-actions.ts';
import type { MenuItem, QuickButton } from './row-actions.ts';
import type { RunView } from './run-view.ts';
import { wantsAttention } from './words.ts';

interface Cell {
  class: string;
  text?: string | undefined;
  /** Where the text leads, when it is a web address. */
  url?: string | undefined;
  object?: ObjectView;
  /** The object lies in another namespace, so its own is told. */
  foreign?: boolean;
  title?: string;
}

/** A row of a list: everything `views/flux/row.njk` shows. */
export interface RowView {
  /** Element id. */
  id: string;
  /** `namespace/name`, the value of its check box. */
  key: string;
  href: string;
  state: ObjectState;
  namespace: string;
  name: string;
  cells: Cell[];
  /** What stands under the name when the columns are gone. */
  narrow: { source: string | undefined; revision: string | undefined };
  revision: RevisionView | undefined;
  owns: { text: string } | undefined;
  /** The list tells when its objects were worked on. */
  aged: boolean;
  at: string | undefined;
  /** In place of `at`. */
  never: string;
  /** What stands in place of a revision. */
  unrevised: string;
  interval: IntervalView;
  quick: QuickButton[];
  menu: MenuItem[];
  selectable: boolean;
  because: { word: string | undefined; text: string; since: string | undefined; more: string } | undefined;
  run: (RunView & { class: string; mark: string }) | undefined;
  /** Columns that the second line stretches over. */
  span: number;
}

export interface RevisionView {
  short: string | undefined;
  title: string;
  wanted: string | undefined;
  wantedTitle: string;
}

/** What a row needs to know beside its object. */
export interface RowContext {
  kind: KindDefinition;
  link: PageRequest['link'];
  now: Date;
  /** Where a form without script returns to. */
  back: string;
  /** Where the reader may patch objects of the kind. */
  patchable: Patchable;
  /** The newest revision the object's source has, when the reader may see that source. */
  sourceRevision(entry: Entry<FluxSummary>): string | undefined;
  /** How many objects wait for this one. */
  holdsUp(entry: Entry<FluxSummary>): number;
  /** The action to tell of. */
  run(entry: Entry<FluxSummary>): RunView | undefined;
}

/** An element id for an object; `_` stands in no Kubernetes name, so no two objects share one. */
function rowId(namespace: string | undefined, name: string): string {
  return `o-${namespace ?? ''}_${name}`;
}

/** One object of a list as its row. */
export function rowView(entry: Entry<FluxSummary>, context: RowContext): RowView {
  const { kind, link, now } = context;
  const { summary, object } = entry;
  const { namespace, name } = object.metadata;
  const revision = revisionView(summary, context.sourceRevision(entry));
  const never = kind.neverReconciled?.(object);
  const actions = rowActions(
    kind,
    { namespace, name, state: summary.state, hasSource: summary.source !== undefined, never },
    context.patchable,
    link,
    context.back,
  );
  const run = context.run(entry);
  const without = new Set<string>(kind.withoutColumns);
  const isSilent = kind.statusless?.(object) === true;
  return {
    id: rowId(namespace, name),
    key: entry.key,
    href: link(objectPath(kind.plural, namespace, name)),
    state: summary.state,
    namespace: namespace ?? '',
    name,
    cells: cellsOf(entry, context),
    narrow: { source: summary.source?.name, revision: revision.short },
    revision: without.has('revision') ? undefined : revision,
    owns: kind.owns === undefined ? undefined : { text: summary.owns === undefined ? '' : String(summary.owns) },
    aged: !without.has('reconciled'),
    at: summary.reconciledAt,
    never: isSilent ? '' : 'never',
    // What is ready without a revision is of a kind that has none.
    unrevised: isSilent || summary.state === 'ready' ? '' : 'none yet',
    interval:
      never === undefined
        ? intervalView(summary, now)
        : { gauge: 'none', seconds: undefined, word: undefined, every: undefined },
    ...actions,
    because: becauseLine(summary, context.holdsUp(entry)),
    run: run === undefined ? undefined : { ...run, class: runClass[run.state], mark: runMark[run.state] },
    span: columnsOf(kind).length,
  };
}

const runMark: Record<RunView['state'], string> = { running: 'reconciling', succeeded: 'ready', failed: 'failing' };
const runClass: Record<RunView['state'], string> = { running: 'row-run', succeeded: 'row-run', failed: 'row-error' };

/** The revision in place and, while they differ, the one on its way: attempted, or what the source already has. */
export function revisionView(summary: FluxSummary, sourceRevision: string | undefined): RevisionView {
  const { applied, attempted } = summary.revision;
  const wanted = sourceRevision ?? attempted;
  const differs = wanted !== undefined && wanted !== applied;
  return {
    short: applied === undefined ? undefined : shortRevision(applied),
    title: applied ?? '',
    wanted: differs ? shortWanted(applied, wanted) : undefined,
    wantedTitle: !differs
      ? ''
      : sourceRevision === undefined
        ? `Tried: ${wanted}`
        : `The source is already at ${wanted}`,
  };
}

function cellsOf(entry: Entry<FluxSummary>, context: RowContext): Cell[] {
  const { kind } = context;
  const { summary, object } = entry;
  const own = columnsOf(kind);
  const classOf = (key: string) => own.find((column) => column.key === key)?.class ?? '';
  const cells: Cell[] = [];
  if (kind.source !== undefined) {
    const source = summary.source;
    if (source === undefined) cells.push({ class: classOf('source') });
    else
      cells.push({
        class: classOf('source'),
        object: referenceView(source, context.link),
        foreign:
          source.namespace !== undefined &&
          source.namespace !== object.metadata.namespace &&
          source.group !== sourceGroup,
        title: `${source.kind} ${source.namespace === undefined ? '' : `${source.namespace}/`}${source.name}`,
      });
  }
  for (const column of kind.columns) {
    const text = summary.columns[column.key];
    const isUrl = column.as === 'url';
    cells.push({
      class: classOf(column.key),
      text: isUrl ? shortUrl(text) : text,
      url: isUrl ? webUrl(text) : undefined,
      title: text ?? '',
    });
  }
  return cells;
}

/** Only what a browser may open as a page; `ssh://`, `oci://` and the like stay text. */
export function webUrl(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\/[^\s]+$/i.test(text) ? text : undefined;
}

/** An address without what a narrow column can do without. */
function shortUrl(text: string | undefined): string | undefined {
  return text?.replace(/^https?:\/\/(?:\*\*\*@)?/, '').replace(/\.git$/, '');
}

/** The second line: only where attention is due. */
function becauseLine(summary: FluxSummary, holdsUp: number): RowView['because'] {
  if (!wantsAttention(summary.state)) return undefined;
  const text = summary.because ?? summary.message ?? '';
  const harms = summary.state !== 'reconciling' && summary.state !== 'deleting';
  const more = holdsUp > 0 && harms ? `holds up ${holdsUp}` : '';
  if (text === '' && summary.since === undefined && more === '') return undefined;
  return { word: undefined, text, since: summary.since, more };
}
