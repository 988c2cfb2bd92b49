import type { SluiceError } from '../../../errors.ts';
import { visible } from '../../../kube/visible.ts';
import type { LoadedPage, PageRequest } from '../../../web/page.ts';
import type { KindDefinition } from '../kind.ts';
import type { FluxSummary } from '../summary.ts';
import { nearNames } from './near-names.ts';
import { listPath, objectPath } from './object-view.ts';

interface Words {
  status: number;
  symbol: string;
  title: string;
  text: string;
  near: { label: string; href: string }[];
}

/** An object that is not there, never was or was deleted while its page was open. It comes back when the object does. */
export async function gonePage(
  request: PageRequest,
  kind: KindDefinition,
  namespace: string,
  name: string,
): Promise<LoadedPage> {
  const { cluster, identity, link } = request;
  const resource = { group: kind.group, resource: kind.plural };
  if (cluster.collection(resource).state === 'absent')
    return pageOf(request, kind, namespace, name, {
      status: 404,
      symbol: kind.icon,
      title: `${cluster.name} does not know ${kind.title}`,
      text: `The API server serves no ${kind.plural}.${kind.group}, so there is no ${namespace}/${name}.`,
      near: [],
    });
  const { entries } = await visible<FluxSummary>(cluster, resource, identity);
  const paths = new Map<string, string>();
  for (const { object } of entries) paths.set(object.metadata.name, object.metadata.namespace ?? '');
  const near = nearNames(name, paths.keys()).map((each) => ({
    label: `${paths.get(each) ?? ''}/${each}`,
    href: link(objectPath(kind.plural, paths.get(each), each)),
  }));
  return pageOf(request, kind, namespace, name, {
    status: 404,
    symbol: kind.icon,
    title: `There is no ${kind.kind} ${namespace}/${name}`,
    text: `It was deleted, or it was never in ${cluster.name}. If it comes back, it shows here at once.`,
    near,
  });
}

/** An object that cannot be known yet, because its kind is still read or the API server does not answer. */
export function pendingPage(
  request: PageRequest,
  kind: KindDefinition,
  namespace: string,
  name: string,
  error: SluiceError,
): LoadedPage {
  return pageOf(request, kind, namespace, name, {
    status: error.status,
    symbol: 's-stale',
    title: `${namespace}/${name} is not known yet`,
    text: `${error.message} This page fills by itself.`,
    near: [],
  });
}

function pageOf(
  { link }: PageRequest,
  kind: KindDefinition,
  namespace: string,
  name: string,
  words: Words,
): LoadedPage {
  const path = listPath(kind.plural);
  const resource = { group: kind.group, resource: kind.plural };
  return {
    status: words.status,
    title: words.title,
    template: 'flux/gone.njk',
    model: {},
    parts: {
      gone: {
        template: 'flux/gone-object.njk',
        model: {
          symbol: words.symbol,
          title: words.title,
          text: words.text,
          near: words.near,
          list: { href: link(path), label: `All ${kind.title}` },
        },
      },
    },
    lists: {},
    topics: [{ type: 'resource', resource, namespace, name }, { type: 'resource', resource }, { type: 'connection' }],
    current: path,
    breadcrumb: [{ label: kind.title, href: link(path) }, { label: `${namespace}/${name}` }],
  };
}
