import type { ResourceDefinition } from '../resources.ts';
import { helmRelease, kustomization } from './appliers.ts';
import { images } from './images.ts';
import { alert, notificationProvider, receiver } from './notifications.ts';
import { operatorAppliers, operatorSources } from './operator.ts';
import { closedObject, conditions, object, text, type FluxResource } from './parts.ts';
import { artifactGenerator, sources } from './sources.ts';

function group(group: string, version: string, categories: string[], resources: FluxResource[]): ResourceDefinition[] {
  return resources.map(({ kind, plural, shortNames, spec, status, observed = true }) => {
    const counted = { conditions, observedGeneration: { type: 'integer' as const }, ...status };
    const statusSchema = observed
      ? object([], counted, { default: { observedGeneration: -1 } })
      : closedObject([], { conditions, ...status });
    return {
      group,
      version,
      plural,
      singular: kind.toLowerCase(),
      kind,
      ...(shortNames && { shortNames }),
      categories: kind === 'FluxInstance' ? categories : ['all', ...categories],
      namespaced: true,
      status: status !== undefined,
      generation: true,
      custom: true,
      schema: {
        type: 'object',
        properties: {
          apiVersion: text,
          kind: text,
          metadata: { type: 'object' },
          spec,
          ...(status && { status: statusSchema }),
        },
      },
    };
  });
}

/** The resources of Flux 2.9 and of the Flux Operator with the main fields of each, written from what its controllers accept. */
export const fluxResources: readonly ResourceDefinition[] = [
  ...group('fluxcd.controlplane.io', 'v1', ['fluxcd', 'fluxcd-appliers'], operatorAppliers),
  ...group('fluxcd.controlplane.io', 'v1', ['fluxcd', 'fluxcd-sources'], operatorSources),
  ...group('helm.toolkit.fluxcd.io', 'v2', ['fluxcd', 'fluxcd-appliers'], [helmRelease]),
  ...group('image.toolkit.fluxcd.io', 'v1', ['fluxcd', 'fluxcd-images'], images),
  ...group('kustomize.toolkit.fluxcd.io', 'v1', ['fluxcd', 'fluxcd-appliers'], [kustomization]),
  ...group('notification.toolkit.fluxcd.io', 'v1', ['fluxcd', 'fluxcd-notifications'], [receiver]),
  ...group(
    'notification.toolkit.fluxcd.io',
    'v1beta3',
    ['fluxcd', 'fluxcd-notifications'],
    [alert, notificationProvider],
  ),
  ...group('source.extensions.fluxcd.io', 'v1beta1', ['fluxcd', 'fluxcd-sources'], [artifactGenerator]),
  ...group('source.toolkit.fluxcd.io', 'v1', ['fluxcd', 'fluxcd-sources'], sources),
];
