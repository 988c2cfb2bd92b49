import type { KubeObject } from '../../../kube/object.ts';
import { eventSourceRows } from '../event-sources.ts';
import { fact, referenceFact } from '../facts.ts';
import type { Fact, KindDefinition } from '../kind.ts';
import { alertHealth, deliveryPanel } from '../notification-health.ts';
import { at, entriesAt, listAt, textAt } from '../read.ts';
import { notificationGroup, referenceAt } from '../references.ts';
import type { ObjectReference } from '../summary.ts';

function provider(object: KubeObject) {
  return referenceAt(object, at(object, 'spec', 'providerRef'), 'Provider');
}

/** Objects it listens to by their names; `*` and labels mean many and name none. */
export function namedResources(object: KubeObject, field: string): ObjectReference[] {
  return listAt(object, 'spec', field).flatMap((item) => {
    const reference = referenceAt(object, item);
    return reference === undefined || reference.name === '*' ? [] : [reference];
  });
}

/** `Kustomization *, HelmRelease shop/cart`: what a list of event sources or resources means. */
export function resourcesInWords(object: KubeObject, field: string): string {
  return listAt(object, 'spec', field)
    .map((item) => {
      const kind = textAt(item, 'kind') ?? 'anything';
      const namespace = textAt(item, 'namespace');
      const own = namespace === undefined || namespace === textAt(object, 'metadata', 'namespace');
      const name = `${own ? '' : `${namespace}/`}${textAt(item, 'name') ?? '*'}`;
      const labels = entriesAt(item, 'matchLabels').map(([key, value]) => `${key}=${String(value)}`);
      return `${kind} ${name}${labels.length === 0 ? '' : ` with ${labels.join(', ')}`}`;
    })
    .join(', ');
}

function expressions(label: string, object: KubeObject, field: string): Fact[] {
  return fact(
    label,
    listAt(object, 'spec', field)
      .filter((item) => typeof item === 'string')
      .join(' or '),
    'code',
  );
}

function severity(object: KubeObject): string {
  return textAt(object, 'spec', 'eventSeverity') === 'error' ? 'errors only' : 'everything';
}

export const alert: KindDefinition = {
  kind: 'Alert',
  plural: 'alerts',
  group: notificationGroup,
  versions: ['v1beta3'],
  title: 'Alerts',
  section: 'images-and-notifications',
  icon: 'k-alert',
  fluxCommand: 'alert',
  purpose: 'An Alert sends events of the objects it listens to, to a Provider.',
  statusless: () => true,
  actions: { reconcile: false, suspend: true, reconcileWithSource: false },
  neverReconciled: () => 'An Alert is not reconciled: it sends every event as it comes.',
  withoutColumns: ['revision', 'reconciled'],
  columns: [
    { key: 'provider', label: 'Provider', as: 'text', value: (object) => provider(object)?.name, priority: 1 },
    {
      key: 'sources',
      label: 'Listens to',
      as: 'text',
      value: (object) => resourcesInWords(object, 'eventSources') || undefined,
      priority: 3,
    },
    { key: 'severity', label: 'Severity', as: 'text', value: severity, priority: 2 },
  ],
  facts: (object) => [
    ...referenceFact('Provider', object, provider(object)),
    ...fact('Severity', severity(object)),
    ...expressions('Only messages like', object, 'inclusionList'),
    ...expressions('Never messages like', object, 'exclusionList'),
    ...fact('Summary', textAt(object, 'spec', 'summary')),
    ...entriesAt(object, 'spec', 'eventMetadata').flatMap(([key, value]) =>
      fact(`Adds ${key}`, typeof value === 'string' ? value : undefined),
    ),
  ],
  references: (object) => [
    ...[provider(object)].filter((reference) => reference !== undefined),
    ...namedResources(object, 'eventSources'),
  ],
  revision: () => ({ applied: undefined, attempted: undefined }),
  panels: (entry, around) => [
    deliveryPanel(alertHealth(entry, around), false),
    {
      id: 'sources',
      heading: 'Listens to',
      sub: severity(entry.object),
      rows: eventSourceRows(entry.object, 'eventSources', around),
    },
  ],
};
