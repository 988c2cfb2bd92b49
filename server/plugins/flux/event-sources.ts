import type { Entry } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { PanelRow, Surroundings } from './kind.ts';
import { labelsMatch } from './match-labels.ts';
import { entriesAt, listAt } from './read.ts';
import { groupOfKind, referenceAt } from './references.ts';
import type { FluxSummary } from './summary.ts';

/**
 * What an Alert listens to and what a Receiver reconciles: entries of `{kind, name, namespace?, matchLabels?}`. The name
 * `*` means every object of the kind in the namespace, and only then do the labels count; without a namespace it is the
 * object's own (Flux's notification API).
 */
export function eventSourceRows(
  object: KubeObject,
  field: 'eventSources' | 'resources',
  around: Surroundings,
): PanelRow[] {
  return listAt(object, 'spec', field).flatMap((item): PanelRow[] => {
    const reference = referenceAt(object, item);
    if (reference === undefined) return [];
    const { kind, namespace } = reference;
    const group = reference.group === '' ? groupOfKind(kind) : reference.group;
    const sees = around.sees(group, kind, namespace);
    if (reference.name !== '*') {
      if (around.entry({ ...reference, group }) !== undefined) return [{ reference: { ...reference, group } }];
      return [
        sees
          ? { reference, state: 'failing', what: 'It does not exist: nothing comes of this entry.' }
          : { reference, state: 'forbidden', what: 'You may not see it.' },
      ];
    }
    const labels = entriesAt(item, 'matchLabels').map(([key, value]) => `${key}=${String(value)}`);
    const text = `every ${kind} in ${namespace ?? ''}${labels.length === 0 ? '' : ` with ${labels.join(', ')}`}`;
    if (!sees) return [{ text, state: 'forbidden', what: 'You may not see how many these are.' }];
    const matching = [...around.entries(group, kind)].filter(
      (entry) => entry.object.metadata.namespace === namespace && labelsMatch(entry.object.metadata.labels, item),
    );
    return [
      {
        text,
        list: {
          group,
          kind,
          query: {
            ...(namespace !== undefined && { namespace }),
            ...(labels.length > 0 && { label: labels.join(',') }),
          },
        },
        ...countRow(matching),
      },
    ];
  });
}

function countRow(matching: readonly Entry<FluxSummary>[]): Pick<PanelRow, 'state' | 'how' | 'what'> {
  if (matching.length === 0)
    return { state: 'warning', how: 'none', what: 'There is none now: nothing comes of this entry.' };
  const failing = matching.filter(({ summary }) => summary.state === 'failing' || summary.state === 'stalled').length;
  const objects = `${matching.length} ${matching.length === 1 ? 'object' : 'objects'}`;
  if (failing === 0) return { state: 'ready', how: objects };
  return { state: 'failing', how: `${objects}, ${failing} failing` };
}
