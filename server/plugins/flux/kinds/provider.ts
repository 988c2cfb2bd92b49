import type { KubeObject } from '../../../kube/object.ts';
import { maskText, maskWebhook } from '../../../mask-credentials.ts';
import { humanGoDuration } from '../duration.ts';
import { fact, referenceFacts } from '../facts.ts';
import type { KindDefinition } from '../kind.ts';
import { deliveryPanel, providerHealth } from '../notification-health.ts';
import { textAt } from '../read.ts';
import { localReference, notificationGroup } from '../references.ts';

/**
 * The address where it is only a place. A webhook's path is as good as a password and its host tells who is written to, so
 * of that nothing is shown; one that is kept in the Secret is not known.
 */
function address(object: KubeObject): string | undefined {
  const given = textAt(object, 'spec', 'address');
  if (given === undefined) return undefined;
  const shown = maskWebhook(given, textAt(object, 'spec', 'type'));
  return shown === maskText(given) ? shown : 'hidden';
}

function addressInWords(object: KubeObject): string | undefined {
  const shown = address(object);
  if (shown === 'hidden') return 'hidden: whoever knows it can write there';
  const secret = textAt(object, 'spec', 'secretRef', 'name');
  return shown ?? (secret === undefined ? undefined : `in the Secret ${secret}, or the type's own`);
}

export const provider: KindDefinition = {
  kind: 'Provider',
  plural: 'providers',
  group: notificationGroup,
  versions: ['v1beta3'],
  title: 'Providers',
  section: 'images-and-notifications',
  icon: 'k-provider',
  fluxCommand: 'alert-provider',
  purpose: 'A Provider is a place that alerts are sent to: a chat, a Git host, an incident tool, any webhook.',
  statusless: () => true,
  actions: { reconcile: false, suspend: true, reconcileWithSource: false },
  neverReconciled: () => 'A Provider is not reconciled: alerts use it as it is.',
  withoutColumns: ['revision', 'reconciled'],
  columns: [
    { key: 'type', label: 'Type', as: 'text', value: (object) => textAt(object, 'spec', 'type'), priority: 1 },
    { key: 'channel', label: 'Channel', as: 'text', value: (object) => textAt(object, 'spec', 'channel'), priority: 2 },
    { key: 'address', label: 'Address', as: 'code', value: address, priority: 3 },
  ],
  facts: (object) => [
    ...fact('Type', textAt(object, 'spec', 'type')),
    ...fact('Channel', textAt(object, 'spec', 'channel')),
    ...fact('Address', addressInWords(object), address(object) === undefined ? 'text' : 'code'),
    ...fact('Sends as', textAt(object, 'spec', 'username')),
    ...fact('Timeout', humanGoDuration(textAt(object, 'spec', 'timeout'))),
    ...fact('Commit status id', textAt(object, 'spec', 'commitStatusExpr'), 'code'),
    ...referenceFacts('Credentials', object, localReference(object, 'Secret', 'secretRef', 'name')),
    ...referenceFacts('Certificates', object, localReference(object, 'Secret', 'certSecretRef', 'name')),
    ...referenceFacts('Proxy', object, localReference(object, 'Secret', 'proxySecretRef', 'name')),
    ...referenceFacts('Acts as', object, localReference(object, 'ServiceAccount', 'serviceAccountName')),
  ],
  references: (object) => [
    ...localReference(object, 'Secret', 'secretRef', 'name'),
    ...localReference(object, 'Secret', 'certSecretRef', 'name'),
    ...localReference(object, 'Secret', 'proxySecretRef', 'name'),
    ...localReference(object, 'ServiceAccount', 'serviceAccountName'),
  ],
  revision: () => ({ applied: undefined, attempted: undefined }),
  panels: (entry, around) => [deliveryPanel(providerHealth(entry, around), true)],
};
