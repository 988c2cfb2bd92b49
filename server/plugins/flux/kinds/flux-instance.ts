import type { KubeObject } from '../../../kube/object.ts';
import { maskText } from '../../../mask-credentials.ts';
import { operatorReconcileAnnotation } from '../annotations.ts';
import { humanGoDuration } from '../duration.ts';
import { choiceFact, fact, referenceFacts } from '../facts.ts';
import { inventorySize } from '../inventory.ts';
import type { KindDefinition, Panel } from '../kind.ts';
import { listAt, textAt } from '../read.ts';
import { localReference, operatorGroup } from '../references.ts';
import { shortRevision } from '../revision.ts';
import { annotatedInterval, annotatedIntervalFact, operatorReconciledAt } from './operator.ts';

const everySeconds = 3600;

/** What the operator installs when no components are named. */
const defaultComponents = ['source-controller', 'kustomize-controller', 'helm-controller', 'notification-controller'];

function wantedComponents(object: KubeObject): string[] {
  const named = listAt(object, 'spec', 'components').filter((name) => typeof name === 'string');
  return named.length === 0 ? defaultComponents : named;
}

/** `OCIRepository oci://registry.example.com/fleet, latest, ./clusters/one`: where the cluster is synced from. */
function sync(object: KubeObject): string | undefined {
  const url = textAt(object, 'spec', 'sync', 'url');
  if (url === undefined) return undefined;
  const parts = [
    `${textAt(object, 'spec', 'sync', 'kind') ?? ''} ${maskText(url)}`.trim(),
    textAt(object, 'spec', 'sync', 'ref'),
    textAt(object, 'spec', 'sync', 'path'),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function componentsPanel(object: KubeObject): Panel[] {
  const installed = new Map(
    listAt(object, 'status', 'components').flatMap((item) => {
      const name = textAt(item, 'name');
      return name === undefined ? [] : [[name, item] as const];
    }),
  );
  const names = [...new Set([...wantedComponents(object), ...installed.keys()])];
  return [
    {
      id: 'components',
      heading: 'Components',
      sub: `${installed.size} of ${names.length} installed`,
      rows: names.map((name) => {
        const image = installed.get(name);
        const digest = textAt(image, 'digest');
        const from = textAt(image, 'repository');
        return {
          text: name,
          ...(image === undefined && { state: 'waiting' as const }),
          how: textAt(image, 'tag') ?? 'not installed yet',
          ...(from !== undefined && {
            what: `${maskText(from)}${digest === undefined ? '' : ` at ${shortRevision(digest)}`}`,
          }),
        };
      }),
    },
  ];
}

export const fluxInstance: KindDefinition = {
  kind: 'FluxInstance',
  plural: 'fluxinstances',
  group: operatorGroup,
  versions: ['v1'],
  title: 'FluxInstances',
  section: 'flux-operator',
  icon: 'k-flux-instance',
  fluxCommand: undefined,
  purpose: 'A FluxInstance tells the Flux Operator which version of Flux to install, with which controllers.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  suspendAnnotation: operatorReconcileAnnotation,
  columns: [
    {
      key: 'version',
      label: 'Version',
      as: 'code',
      value: (object) => textAt(object, 'spec', 'distribution', 'version'),
      priority: 1,
    },
    {
      key: 'registry',
      label: 'Registry',
      as: 'code',
      value: (object) => textAt(object, 'spec', 'distribution', 'registry'),
      priority: 3,
    },
    { key: 'sync', label: 'Syncs from', as: 'text', value: sync, priority: 2 },
  ],
  facts: (object) => [
    ...fact('Version', textAt(object, 'spec', 'distribution', 'version'), 'code'),
    ...fact('Registry', textAt(object, 'spec', 'distribution', 'registry'), 'code'),
    ...fact('Variant', textAt(object, 'spec', 'distribution', 'variant')),
    ...fact('Manifests from', textAt(object, 'spec', 'distribution', 'artifact'), 'code'),
    ...fact('Syncs from', sync(object)),
    ...fact('Syncs every', humanGoDuration(textAt(object, 'spec', 'sync', 'interval'))),
    ...fact('Cluster', textAt(object, 'spec', 'cluster', 'type')),
    ...fact('Size', textAt(object, 'spec', 'cluster', 'size')),
    ...choiceFact(
      'Tenants',
      object,
      ['cluster', 'multitenant'],
      'are kept apart: each with an account of its own',
      'are not kept apart',
    ),
    ...choiceFact('Network', object, ['cluster', 'networkPolicy'], 'closed by policies', 'open: no policies'),
    ...choiceFact('Waits', object, ['wait'], 'until all of Flux is healthy', 'for nothing'),
    ...annotatedIntervalFact(object, everySeconds),
    ...referenceFacts('Pulls images with', object, localReference(object, 'Secret', 'distribution', 'imagePullSecret')),
    ...referenceFacts('Fetches with', object, localReference(object, 'Secret', 'sync', 'pullSecret')),
  ],
  references: (object) => [
    ...localReference(object, 'Secret', 'distribution', 'imagePullSecret'),
    ...localReference(object, 'Secret', 'distribution', 'artifactPullSecret'),
    ...localReference(object, 'Secret', 'sync', 'pullSecret'),
  ],
  revision: (object) => ({
    applied: textAt(object, 'status', 'lastAppliedRevision'),
    attempted: textAt(object, 'status', 'lastAttemptedRevision'),
  }),
  intervalSeconds: (object) => annotatedInterval(object, everySeconds),
  reconciledAt: operatorReconciledAt,
  owns: inventorySize,
  panels: ({ object }) => componentsPanel(object),
};
