import type { Part } from '../../web/page.ts';
import { listAt, numberAt, textAt } from '../flux/read.ts';
import { maskText } from '../../mask-credentials.ts';
import { readOutline } from './storage.ts';
import type { TabInput } from './tab.ts';
import { chartInWords, statusView } from './words.ts';

/** More revisions than this are not read at once; Helm keeps ten and Flux five unless told otherwise. */
const shown = 60;

/** Every revision that Helm keeps, newest first, as `helm history` tells it. */
export async function historyTab({ request, seen, stored, path }: TabInput): Promise<Part> {
  const { cluster, identity, link } = request;
  const { revisions, manager } = seen;
  const rows = await Promise.all(
    revisions.slice(0, shown).map(async (each, index) => {
      const outline = await readOutline(cluster, identity, each);
      const before = revisions[index + 1];
      const told = listAt(manager?.object, 'status', 'history').find(
        (one) => numberAt(one, 'version') === each.revision,
      );
      const { state, word } =
        outline.damage !== undefined
          ? { state: 'warning', word: 'Damaged' }
          : index > 0 && each.status.startsWith('pending-')
            ? { state: 'warning', word: 'Interrupted' }
            : statusView(each.status);
      return {
        revision: each.revision,
        open: each.revision === stored.revision,
        state,
        word,
        chart: chartInWords(outline.chart, outline.chartVersion),
        appVersion: outline.appVersion ?? '',
        at: outline.deployedAt ?? each.writtenAt ?? '',
        description: maskText(outline.damage ?? outline.description),
        tests: testsInWords(told),
        href: outline.damage === undefined ? link(path, { tab: 'values', revision: String(each.revision) }) : '',
        compareHref:
          before === undefined || outline.damage !== undefined
            ? ''
            : link(path, { tab: 'compare', from: String(before.revision), to: String(each.revision) }),
        before: before?.revision ?? 0,
      };
    }),
  );
  return {
    template: 'helm/history.njk',
    model: { rows, more: Math.max(0, revisions.length - shown), byFlux: manager !== undefined },
  };
}

/** What the HelmRelease's status tells of the tests of a revision. */
function testsInWords(told: unknown): string {
  const phases = Object.values((told as { testHooks?: object } | undefined)?.testHooks ?? {}).map(
    (hook: unknown) => textAt(hook, 'phase') ?? 'unknown',
  );
  if (phases.length === 0) return '';
  const failed = phases.filter((phase) => phase === 'Failed').length;
  return failed === 0 ? `${phases.length} tests passed or ran` : `${failed} of ${phases.length} tests failed`;
}
