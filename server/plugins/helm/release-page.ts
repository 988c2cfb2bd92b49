import { SluiceError } from '../../errors.ts';
import type { Run, Runs } from '../../operations/run.ts';
import type { Tools } from '../../tools/tools.ts';
import { definePage } from '../../web/page.ts';
import type { LoadedPage, Page, PageRequest, Part } from '../../web/page.ts';
import { objectPath } from '../flux/pages/object-view.ts';
import { actionPath } from '../flux/pages/row-actions.ts';
import { runsToTell, runView } from '../flux/pages/run-view.ts';
import { compareTab } from './compare-tab.ts';
import { historyTab } from './history-tab.ts';
import { helmReleases } from './managed-by.ts';
import { manifestTab } from './manifest-tab.ts';
import { hooksTab, notesTab } from './notes-and-hooks-tabs.ts';
import { pendingNotice } from './pending.ts';
import { openRevision, revisionAt, seeRelease } from './release-seen.ts';
import type { ReleaseSeen } from './release-seen.ts';
import { rollBackTab } from './roll-back-tab.ts';
import type { StoredRevision } from './storage.ts';
import { rollbackSubject } from './rollback/rollback-operation.ts';
import { revisionFrom, unreadable } from './tab.ts';
import type { TabInput } from './tab.ts';
import { valuesTab } from './values-tab.ts';
import { releasePath, statusView } from './words.ts';

/** The views of a release. */
const tabs = [
  { name: 'history', label: 'History' },
  { name: 'values', label: 'Values' },
  { name: 'manifest', label: 'Manifest' },
  { name: 'notes', label: 'Notes' },
  { name: 'hooks', label: 'Hooks and tests' },
  { name: 'compare', label: 'Compare' },
  { name: 'roll-back', label: 'Roll back' },
] as const;

type Tab = (typeof tabs)[number]['name'];

/** Storage is not watched: an open page looks again after this time. */
const lookAgain = 10_000;
/** The same while something is done to it. */
const lookSoon = 3_000;

interface Context {
  tools: Tools;
  runs: Runs;
}

/** A release: `/helm/shop/web`, `?revision=` for a past one, `?tab=` for its views. */
export function releasePage(context: Context): Page {
  return definePage({
    path: '/helm/:namespace/:name',
    async load(request) {
      const { namespace = '', name = '' } = request.params;
      const tab = tabOf(request.query.get('tab'));
      const seen = await seeRelease(request.cluster, request.identity, namespace, name);
      const stored = revisionAt(seen, revisionFrom(request.query, 'revision'));
      const path = releasePath(stored);
      const body = await bodyOf(tab, { request, seen, stored, path }, context.tools);
      return frame(request, seen, stored, tab, body, runsOf(context.runs, request, seen));
    },
  });
}

/** What is under way or has just ended, told where it was asked for. */
function runsOf(runs: Runs, { cluster, now }: PageRequest, { namespace, name }: ReleaseSeen): Run[] {
  return runsToTell(runs.of(cluster.name, rollbackSubject({ namespace, name }, cluster)), now);
}

function tabOf(asked: string | null): Tab {
  if (asked === null) return 'history';
  const tab = tabs.find(({ name }) => name === asked);
  if (tab !== undefined) return tab.name;
  throw new SluiceError('invalid', `There is no view “${asked.slice(0, 40)}” of a release.`, {
    field: 'tab',
    wayOut: `The views are ${tabs.map(({ name }) => name).join(', ')}.`,
  });
}

async function bodyOf(tab: Tab, input: TabInput, tools: Tools): Promise<Part> {
  if (tab === 'history') return historyTab(input);
  if (tab === 'compare') return compareTab(input);
  if (tab === 'roll-back') return rollBackTab(input, tools);
  const { cluster, identity } = input.request;
  try {
    const opened = await openRevision(cluster, identity, input.seen, input.stored);
    if (tab === 'values') return valuesTab(input, opened);
    if (tab === 'manifest') return manifestTab(opened);
    if (tab === 'notes') return notesTab(opened);
    return hooksTab(opened);
  } catch (thrown) {
    return unreadable(thrown);
  }
}

function frame(
  request: PageRequest,
  seen: ReleaseSeen,
  stored: StoredRevision,
  tab: Tab,
  body: Part,
  told: readonly Run[],
): LoadedPage {
  const { link, now, identity } = request;
  const { namespace, name, revisions, manager } = seen;
  const [newest] = revisions;
  const path = releasePath(stored);
  const past = stored.revision === newest.revision ? undefined : String(stored.revision);
  const hrefOf = (to: Tab) => link(path, { tab: to === 'history' ? undefined : to, revision: past });
  const { state, word } = statusView(newest.status);
  const place = manager?.object.metadata;
  const managerHref = place === undefined ? '' : link(objectPath('helmreleases', place.namespace, place.name));
  return {
    title: `${name}, Helm release`,
    template: 'helm/release.njk',
    model: { back: hrefOf(tab) },
    parts: {
      'detail-run': {
        template: 'flux/detail-run.njk',
        model: { runs: told.slice(0, 3).map((run) => runView(run, identity, actionPath(link, 'dismiss'))) },
      },
      'helm-subject': {
        template: 'helm/subject.njk',
        model: {
          namespace,
          name,
          key: `${namespace}/${name}`,
          state,
          word,
          newest: newest.revision,
          writtenAt: newest.writtenAt ?? '',
          kept: revisions.length,
          manager:
            place === undefined
              ? undefined
              : {
                  icon: 'k-helmrelease',
                  kind: 'HelmRelease',
                  namespace: place.namespace,
                  name: place.name,
                  href: managerHref,
                },
          past: past ?? '',
          pending: pendingNotice(seen, told),
          newestHref: link(path, { tab: tab === 'history' ? undefined : tab }),
        },
      },
      'helm-tabs': {
        template: 'helm/tabs.njk',
        model: {
          key: `${namespace}/${name}`,
          tabs: tabs.map((each) => ({
            label: each.label,
            href: hrefOf(each.name),
            current: each.name === tab,
            ...(each.name === 'history' && { count: revisions.length }),
          })),
        },
      },
      'helm-body': body,
    },
    lists: {},
    topics: [
      { type: 'clock', at: new Date(now.getTime() + (told.length > 0 ? lookSoon : lookAgain)) },
      { type: 'runs' },
      { type: 'connection' },
      ...(place === undefined
        ? []
        : [{ type: 'resource', resource: helmReleases, namespace: place.namespace, name: place.name } as const]),
    ],
    current: '/helm',
    breadcrumb: [
      { label: 'Helm', href: link('/helm') },
      { label: namespace, href: link('/helm', { namespace }) },
      { label: name },
    ],
  };
}
