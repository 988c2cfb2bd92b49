import { eventSourceRows } from '../event-sources.ts';
import { fact, intervalFact, referenceFacts } from '../facts.ts';
import type { KindDefinition } from '../kind.ts';
import { listAt, textAt } from '../read.ts';
import { localReference, notificationGroup } from '../references.ts';
import { namedResources, resourcesInWords } from './alert.ts';
import { specInterval } from './source.ts';

export const receiver: KindDefinition = {
  kind: 'Receiver',
  plural: 'receivers',
  group: notificationGroup,
  versions: ['v1'],
  title: 'Receivers',
  section: 'images-and-notifications',
  icon: 'k-receiver',
  fluxCommand: 'receiver',
  purpose:
    'A Receiver is an address that a Git host or a registry calls when something is pushed, so that Flux looks at once.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  withoutColumns: ['revision'],
  columns: [
    { key: 'type', label: 'Type', as: 'text', value: (object) => textAt(object, 'spec', 'type'), priority: 1 },
    {
      key: 'resources',
      label: 'Reconciles',
      as: 'text',
      value: (object) => resourcesInWords(object, 'resources') || undefined,
      priority: 2,
    },
    {
      key: 'events',
      label: 'Events',
      as: 'text',
      value: (object) =>
        listAt(object, 'spec', 'events')
          .filter((event) => typeof event === 'string')
          .join(', ') || undefined,
      priority: 3,
    },
  ],
  facts: (object) => [
    ...fact('Type', textAt(object, 'spec', 'type')),
    ...fact(
      'Events',
      listAt(object, 'spec', 'events')
        .filter((event) => typeof event === 'string')
        .join(', '),
    ),
    ...fact('Only what', textAt(object, 'spec', 'resourceFilter'), 'code'),
    ...intervalFact(object),
    ...referenceFacts('Token', object, localReference(object, 'Secret', 'secretRef', 'name')),
    ...fact(
      'Address',
      textAt(object, 'status', 'webhookPath') === undefined ? undefined : 'hidden: whoever knows it can call it',
    ),
  ],
  references: (object) => [
    ...localReference(object, 'Secret', 'secretRef', 'name'),
    ...namedResources(object, 'resources'),
  ],
  revision: () => ({ applied: undefined, attempted: undefined }),
  intervalSeconds: specInterval,
  panels: ({ object }, around) => [
    {
      id: 'resources',
      heading: 'Reconciles',
      sub: 'when it is called',
      rows: eventSourceRows(object, 'resources', around),
      ...(textAt(object, 'spec', 'resourceFilter') !== undefined && {
        note: 'Of these, each call reconciles those that its filter lets through.',
      }),
    },
  ],
};
