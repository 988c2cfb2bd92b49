import type { Cluster, Entry } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { isUnanswered } from '../../../kube/unanswered.ts';
import type { Operation } from '../../../operations/define.ts';
import type { PageRequest } from '../../../web/page.ts';
import type { KindDefinition } from '../kind.ts';
import type { FluxSummary } from '../summary.ts';
import { nobodyToAsk } from './patchable.ts';
import { actionPath } from './row-actions.ts';
import type { MenuItem } from './row-actions.ts';
import { enumerate, rightInWords } from './words.ts';

/** A button as the action component draws it. */
interface ActionButton {
  label: string;
  symbol: string;
  action: string;
  form: string;
  main: boolean;
  denied: string | undefined;
}

/** What may be done from an object's page; `undefined` where the kind does not have it. */
export interface DetailActions {
  sync: ActionButton | undefined;
  /** Other ways to sync. */
  more: MenuItem[];
  suspend: ActionButton | undefined;
  resume: ActionButton | undefined;
  /** The right that is missing for one of them at least, in a sentence. */
  lacking: string | undefined;
  /** The fields every form sends. */
  fields: { name: string; value: string }[];
}

interface DetailActionsInput {
  cluster: Cluster;
  identity: Identity;
  kind: KindDefinition;
  entry: Entry<FluxSummary>;
  operations: readonly Operation<never, unknown>[];
  link: PageRequest['link'];
  /** An action is under way, in words; it keeps others from starting. */
  busy: string | undefined;
}

/** Asks for the rights of every action first, so that a button that would be refused says so. */
export async function detailActions(input: DetailActionsInput): Promise<DetailActions> {
  const { kind, entry, link, busy } = input;
  const { object, summary } = entry;
  const { namespace, name } = object.metadata;
  const suspended = summary.state === 'suspended' || summary.state === 'suspended-failing';
  const deleting = summary.state === 'deleting' ? 'It is being deleted.' : undefined;
  const never = kind.neverReconciled?.(object);
  const notNow = never ?? deleting ?? (suspended ? 'It is suspended; resume it first.' : busy);
  const plain = { plural: kind.plural, namespace, name };
  const withSource = { ...plain, withSource: true };
  const hasSource = kind.actions.reconcileWithSource && summary.source !== undefined;
  const [mayNot, mayNotWithSource, mayNotSuspend, mayNotResume] = await Promise.all([
    deniedFor(input, 'flux.reconcile', plain),
    hasSource ? deniedFor(input, 'flux.reconcile', withSource) : undefined,
    deniedFor(input, 'flux.suspend', plain),
    deniedFor(input, 'flux.resume', plain),
  ]);
  const reconcile = actionPath(link, 'flux.reconcile');
  const more: MenuItem[] = [];
  if (hasSource)
    more.push({
      label: 'Sync with source',
      symbol: 'i-sync',
      small: `Fetch ${summary.source?.kind} ${summary.source?.name} first`,
      denied: mayNotWithSource ?? notNow,
      form: 'sync-with-source',
      action: reconcile,
    });
  if (kind.kind === 'HelmRelease')
    more.push(
      {
        label: 'Force',
        symbol: 'i-arrow',
        small: 'Install or upgrade again although nothing changed',
        denied: mayNot ?? notNow,
        form: 'sync-force',
        action: reconcile,
      },
      {
        label: 'Reset the tries',
        symbol: 'i-clock',
        small: 'Forget the failures counted so far and try again',
        denied: mayNot ?? notNow,
        form: 'sync-reset',
        action: reconcile,
      },
    );
  return {
    sync: kind.actions.reconcile
      ? { label: 'Sync', symbol: 'i-sync', action: reconcile, form: 'row-action', main: true, denied: mayNot ?? notNow }
      : undefined,
    more,
    suspend:
      kind.actions.suspend && !suspended
        ? {
            label: 'Suspend',
            symbol: 'i-shut',
            action: actionPath(link, 'flux.suspend'),
            form: 'suspend-form',
            main: false,
            denied: mayNotSuspend ?? deleting,
          }
        : undefined,
    resume:
      kind.actions.suspend && suspended
        ? {
            label: 'Resume',
            symbol: 'i-open',
            action: actionPath(link, 'flux.resume'),
            form: 'row-action',
            main: true,
            denied: mayNotResume ?? deleting,
          }
        : undefined,
    lacking: mayNot ?? (suspended ? mayNotResume : mayNotSuspend),
    fields: [
      { name: 'plural', value: kind.plural },
      { name: 'object', value: entry.key },
    ],
  };
}

async function deniedFor(
  { cluster, identity, operations }: DetailActionsInput,
  name: string,
  operationInput: object,
): Promise<string | undefined> {
  const operation = operations.find((each) => each.name === name);
  if (operation === undefined) return `This server does not have the action ${name}.`;
  try {
    const missing = await cluster.access.missing(identity, operation.needs(operationInput as never, cluster));
    return missing.length === 0 ? undefined : `You lack the right: ${enumerate(missing.map(rightInWords))}.`;
  } catch (error) {
    if (isUnanswered(error)) return nobodyToAsk;
    throw error;
  }
}
