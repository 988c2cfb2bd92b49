import { getVisible } from '../../../kube/visible.ts';
import type { Operation } from '../../../operations/define.ts';
import { definePage } from '../../../web/page.ts';
import type { Page } from '../../../web/page.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary } from '../summary.ts';
import { detailActions } from './detail-actions.ts';
import { kindOfPath } from './list-page.ts';
import { listPath, objectPath } from './object-view.ts';
import { actionPath } from './row-actions.ts';

/** Asks before an object is suspended, and for the reason: where a row's menu leads, and without script its button. */
export function suspendPage({ operations }: { operations: readonly Operation<never, unknown>[] }): Page {
  return definePage({
    path: '/flux/:plural/:namespace/:name/suspend',
    async load(request) {
      const { cluster, identity, link, now, query } = request;
      const kind = kindOfPath(request.params['plural']);
      const { namespace = '', name = '' } = request.params;
      const resource = { group: kind.group, resource: kind.plural };
      const found = await getVisible<FluxSummary>(cluster, resource, identity, namespace, name);
      const entry = entryAt(found, now);
      const actions = await detailActions({ cluster, identity, kind, entry, operations, link, busy: undefined });
      const path = objectPath(kind.plural, namespace, name);
      return {
        title: `Suspend ${name}`,
        template: 'flux/suspend.njk',
        model: {
          kind: kind.kind,
          plural: kind.plural,
          key: entry.key,
          action: actionPath(link, 'flux.suspend'),
          back: pathOfThisSite(query.get('back')) ?? link(path),
          denied: denialOf(kind.actions.suspend, actions.suspend, kind.title),
        },
        parts: {},
        lists: {},
        topics: [],
        current: listPath(kind.plural),
        breadcrumb: [
          { label: kind.title, href: link(listPath(kind.plural)) },
          { label: `${namespace}/${name}`, href: link(path) },
          { label: 'Suspend' },
        ],
      };
    },
  });
}

function denialOf(possible: boolean, button: { denied: string | undefined } | undefined, title: string): string {
  if (!possible) return `${title} cannot be suspended.`;
  return button === undefined ? 'It is suspended already.' : (button.denied ?? '');
}

/** A link must not lead out of this site, whatever its query says. */
function pathOfThisSite(back: string | null): string | undefined {
  if (back === null || !/^\/(?![/\\])/.test(back)) return undefined;
  const url = URL.parse(back, 'http://here.invalid');
  return url?.origin === 'http://here.invalid' ? `${url.pathname}${url.search}` : undefined;
}
