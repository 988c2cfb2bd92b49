import { linesOf } from '../../text-diff/compare-texts.ts';
import type { Comparison } from '../../text-diff/compare-texts.ts';
import { comparisonView, diffViewOf, mostHighlighted } from '../../text-diff/comparison-view.ts';
import type { Part } from '../../web/page.ts';
import { foreignIcon } from '../flux/pages/object-view.ts';
import { count } from '../flux/pages/words.ts';
import { compareReleases } from './compare.ts';
import { openRevision, revisionAt } from './release-seen.ts';
import { revisionFrom, unreadable } from './tab.ts';
import type { TabInput } from './tab.ts';
import { statusView } from './words.ts';

/** Two revisions beside or above each other: `?from=3&to=5`, `&view=unified`. */
export async function compareTab(input: TabInput): Promise<Part> {
  const { request, seen, stored, path } = input;
  const { cluster, identity, link, query } = request;
  const view = diffViewOf(query.get('view'));
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
      .map(linesOf)
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
