import type { PageRequest } from '../../../web/page.ts';
import type { KindDefinition } from '../kind.ts';
import { isWithin } from '../sight.ts';
import type { ObjectState } from '../summary.ts';
import { objectPath } from './object-view.ts';
import type { Patchable } from './patchable.ts';

/** An entry of a row's menu, as `views/flux/row.njk` draws it. */
export interface MenuItem {
  label: string;
  symbol: string;
  small?: string;
  /** Why it cannot be done now, in words; then it leads nowhere. */
  denied?: string | undefined;
  href?: string;
  form?: string;
  action?: string;
  rule?: true;
}

export interface QuickButton {
  label: string;
  symbol: string;
  form: string;
  action: string;
  /** The letter that presses it while its row is picked. */
  key: string | undefined;
}

export interface RowActions {
  quick: QuickButton[];
  menu: MenuItem[];
  /** Whether any bulk action could reach it. */
  selectable: boolean;
}

/** Where the actions of this cluster are posted. */
export function actionPath(link: PageRequest['link'], operation: string): string {
  return link(`/actions/${operation}`);
}

/** The right that every action on a kind takes, for a message. */
export function deniedWords(kind: KindDefinition, namespace: string | undefined): string {
  const where = namespace === undefined ? 'in any namespace' : `in namespace ${namespace}`;
  return `You may not patch ${kind.plural}.${kind.group} ${where}.`;
}

/** What may be done to one object from its row. `back` is where a form without script returns to. */
export function rowActions(
  kind: KindDefinition,
  object: {
    namespace: string | undefined;
    name: string;
    state: ObjectState;
    hasSource: boolean;
    never: string | undefined;
  },
  patchable: Patchable,
  link: PageRequest['link'],
  back: string,
): RowActions {
  const suspended = object.state === 'suspended' || object.state === 'suspended-failing';
  const denied = isWithin(patchable, object.namespace)
    ? undefined
    : (patchable.denied ?? deniedWords(kind, object.namespace));
  const deleting = object.state === 'deleting' ? 'It is being deleted.' : undefined;
  const syncDenied =
    denied ?? object.never ?? deleting ?? (suspended ? 'It is suspended; resume it first.' : undefined);
  const menu: MenuItem[] = [];
  const quick: QuickButton[] = [];
  const reconcile = actionPath(link, 'flux.reconcile');

  if (kind.actions.reconcile) {
    menu.push({ label: 'Sync', symbol: 'i-sync', denied: syncDenied, form: 'row-action', action: reconcile });
    if (syncDenied === undefined)
      quick.push({ label: 'Sync', symbol: 'i-sync', form: 'row-action', action: reconcile, key: 's' });
  }
  if (kind.actions.reconcileWithSource && object.hasSource) {
    const small = 'Fetch its source first';
    menu.push({
      label: 'Sync with source',
      symbol: 'i-sync',
      small,
      denied: syncDenied,
      form: 'row-source',
      action: reconcile,
    });
  }
  if (kind.actions.suspend && suspended) {
    const resume = actionPath(link, 'flux.resume');
    menu.push({ label: 'Resume', symbol: 'i-open', denied: denied ?? deleting, form: 'row-action', action: resume });
    if (denied === undefined)
      quick.push({ label: 'Resume', symbol: 'i-open', form: 'row-action', action: resume, key: undefined });
  } else if (kind.actions.suspend) {
    const href = link(`${objectPath(kind.plural, object.namespace, object.name)}/suspend`, { back });
    menu.push({ label: 'Suspend…', symbol: 'i-shut', denied: denied ?? deleting, href });
  }
  return { quick, menu, selectable: denied === undefined && menu.length > 0 };
}
