import highlight from 'highlight.js/lib/core';
import yaml from 'highlight.js/lib/languages/yaml';
import { SluiceError } from '../../errors.ts';
import type { Part } from '../../web/page.ts';
import { foreignIcon } from '../flux/pages/object-view.ts';
import { count } from '../flux/pages/words.ts';
import { compareReleases, pairLines } from './compare.ts';
import type { ComparedLine, Comparison } from './compare.ts';
import { openRevision, revisionAt } from './release-seen.ts';
import { revisionFrom, unreadable } from './tab.ts';
import type { TabInput } from './tab.ts';
import { statusView } from './words.ts';

highlight.registerLanguage('yaml', yaml);

/** Longer comparisons are shown without colours of the language: they would hold up every other page. */
const mostHighlighted = 2_000;

/** Two revisions beside or above each other: `?from=3&to=5`, `&view=unified`. */
export async function compareTab(input: TabInput): Promise<Part> {
  const { request, seen, stored, path } = input;
  const { cluster, identity, link, query } = request;
  const view = viewOf(query.get('view'));
  const to = revisionAt(seen, revisionFrom(query, 'to') ?? stored.revision);
  const older = seen.revisions.find(({ revision }) => revision < to.revision);
  const from = revisionAt(seen, revisionFrom(query, 'from') ?? older?.revision ?? to.revision);
  const hrefOf = (asked: string) =>
    link(path, { tab: 'compare', from: String(from.revision), to: String(to.revision), view: asked });
  const chosen = {
    from: from.revision,
    to: to.revision,
    view,
    action: link(path),
    splitHref: hrefOf('split'),
    unifiedHref: hrefOf('unified'),
    options: seen.revisions.map(({ revision, status }) => ({
      value: revision,
      label: `${revision}, ${statusView(status).word.toLowerCase()}`,
    })),
  };
  try {
    const [before, after] = await Promise.all([
      openRevision(cluster, identity, seen, from),
      openRevision(cluster, identity, seen, to),
    ]);
    const {
      values,
      objects,
      unchanged,
      unreadable: odd,
      notes,
    } = compareReleases(before.release, after.release, after.sources);
    const lines = [values, notes, ...objects.map(({ comparison }) => comparison)]
      .map(({ stretches }) => stretches.reduce((sum, stretch) => sum + stretch.length, 0))
      .reduce((sum, length) => sum + length, 0);
    const draw = (comparison: Comparison) => comparisonView(comparison, view, lines <= mostHighlighted);
    const charts = [before, after].map(({ release }) => `${release.chart.name} ${release.chart.version}`);
    return {
      template: 'helm/compare.njk',
      model: {
        ...chosen,
        problem: '',
        chart:
          charts[0] === charts[1]
            ? `The chart is the same, ${charts[0]}.`
            : `The chart went from ${charts[0]} to ${charts[1]}.`,
        values: draw(values),
        notes: draw(notes),
        objects: objects.map(({ object, change, comparison }, index) => ({
          id: `helm-change-${index}`,
          icon: foreignIcon(object.kind),
          kind: object.kind,
          namespace: object.namespace,
          name: object.name,
          change,
          ...draw(comparison),
        })),
        told: `${count(objects.length, 'object')} differ${objects.length === 1 ? 's' : ''}, ${unchanged.toLocaleString('en-GB')} ${unchanged === 1 ? 'is' : 'are'} the same.`,
        odd,
      },
    };
  } catch (thrown) {
    const { model } = unreadable(thrown);
    return { template: 'helm/compare.njk', model: { ...chosen, problem: (model as { text: string }).text } };
  }
}

function viewOf(asked: string | null): 'split' | 'unified' {
  if (asked === null || asked === 'split') return 'split';
  if (asked === 'unified') return 'unified';
  throw new SluiceError('invalid', `There is no view “${asked.slice(0, 40)}” of a comparison.`, {
    field: 'view',
    wayOut: 'The views are split and unified.',
  });
}

interface CellView {
  change: 'same' | 'removed' | 'added' | 'none';
  /** Empty where there is no line. */
  number: number | '';
  html: string;
}

function comparisonView(
  { added, removed, stretches, tooDifferent }: Comparison,
  view: 'split' | 'unified',
  colour: boolean,
) {
  return {
    added,
    removed,
    tooDifferent,
    stretches: stretches.map((lines) => ({
      rows:
        view === 'unified'
          ? lines.map((line) => ({
              change: line.change,
              before: line.before ?? '',
              after: line.after ?? '',
              html: htmlOf(line.text, colour),
            }))
          : pairLines(lines).map((pair) => ({
              before: cellOf(pair.before, pair.before?.before, colour),
              after: cellOf(pair.after, pair.after?.after, colour),
            })),
    })),
  };
}

function cellOf(line: ComparedLine | undefined, number: number | undefined, colour: boolean): CellView {
  if (line === undefined) return { change: 'none', number: '', html: '' };
  return { change: line.change, number: number ?? '', html: htmlOf(line.text, colour) };
}

/** A line as HTML, escaped. */
function htmlOf(text: string, colour: boolean): string {
  if (colour) return highlight.highlight(text, { language: 'yaml', ignoreIllegals: true }).value;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
