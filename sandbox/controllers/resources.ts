import type { ServedResource } from '../../server/kube/object.ts';
import type { ControllerName } from '../company/flux-controllers.ts';

/** A Flux kind and the controller that looks after it. */
export interface FluxResource extends ServedResource {
  controller: ControllerName;
}

function resource(controller: ControllerName, group: string, version: string, kind: string): FluxResource {
  const resource = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
  return { controller, group, version, kind, resource: resource.toLowerCase(), namespaced: true };
}

const source = 'source.toolkit.fluxcd.io';
const image = 'image.toolkit.fluxcd.io';
const notification = 'notification.toolkit.fluxcd.io';
const operator = 'fluxcd.controlplane.io';

/** Every Flux kind that some simulated controller writes to or has to know. */
export const fluxKinds: readonly FluxResource[] = [
  resource('source-controller', source, 'v1', 'GitRepository'),
  resource('source-controller', source, 'v1', 'OCIRepository'),
  resource('source-controller', source, 'v1', 'HelmRepository'),
  resource('source-controller', source, 'v1', 'HelmChart'),
  resource('source-controller', source, 'v1', 'Bucket'),
  resource('source-watcher', source, 'v1', 'ExternalArtifact'),
  resource('source-watcher', 'source.extensions.fluxcd.io', 'v1beta1', 'ArtifactGenerator'),
  resource('kustomize-controller', 'kustomize.toolkit.fluxcd.io', 'v1', 'Kustomization'),
  resource('helm-controller', 'helm.toolkit.fluxcd.io', 'v2', 'HelmRelease'),
  resource('image-reflector-controller', image, 'v1', 'ImageRepository'),
  resource('image-reflector-controller', image, 'v1', 'ImagePolicy'),
  resource('image-automation-controller', image, 'v1', 'ImageUpdateAutomation'),
  resource('notification-controller', notification, 'v1', 'Receiver'),
  resource('notification-controller', notification, 'v1beta3', 'Provider'),
  resource('notification-controller', notification, 'v1beta3', 'Alert'),
  resource('flux-operator', operator, 'v1', 'FluxInstance'),
  resource('flux-operator', operator, 'v1', 'ResourceSet'),
  resource('flux-operator', operator, 'v1', 'ResourceSetInputProvider'),
];

/** Kinds besides Flux's own that the controllers apply, by `group/kind`. */
const appliedKinds: readonly ServedResource[] = [
  { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true },
  { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true },
  { group: '', version: 'v1', kind: 'Service', resource: 'services', namespaced: true },
  { group: '', version: 'v1', kind: 'ServiceAccount', resource: 'serviceaccounts', namespaced: true },
  { group: '', version: 'v1', kind: 'Pod', resource: 'pods', namespaced: true },
  { group: '', version: 'v1', kind: 'Event', resource: 'events', namespaced: true },
  { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', namespaced: true },
  {
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    resource: 'horizontalpodautoscalers',
    namespaced: true,
  },
];

/** How the API serves a kind that the controllers handle; undefined for others. */
export function servedKind(group: string, kind: string): ServedResource | undefined {
  return [...fluxKinds, ...appliedKinds].find((each) => each.kind === kind && each.group === group);
}

/** As `servedKind`, for a kind that must be one of them. */
export function knownKind(kind: string): ServedResource {
  const found = [...fluxKinds, ...appliedKinds].find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`No controller knows the kind ${kind}`);
  return found;
}
