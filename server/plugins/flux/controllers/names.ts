import type { Cluster } from '../../../kube/cluster.ts';
import type { Pod } from '../../../kube/pods.ts';

/** A controller of Flux and the resources it serves. */
export interface ControllerDefinition {
  name: string;
  /** What it does, a few words. */
  purpose: string;
  /** Plurals with their groups: `kustomizations.kustomize.toolkit.fluxcd.io`. */
  resources: readonly string[];
}

function definition(name: string, purpose: string, group: string, ...plurals: string[]): ControllerDefinition {
  return { name, purpose, resources: plurals.map((plural) => `${plural}.${group}`) };
}

/** Flux's controllers, in the order in which a change goes through them. */
export const controllerDefinitions: readonly ControllerDefinition[] = [
  definition(
    'source-controller',
    'fetches sources',
    'source.toolkit.fluxcd.io',
    'gitrepositories',
    'ocirepositories',
    'helmrepositories',
    'helmcharts',
    'buckets',
    'externalartifacts',
  ),
  definition('source-watcher', 'composes artifacts', 'source.extensions.fluxcd.io', 'artifactgenerators'),
  definition('kustomize-controller', 'applies manifests', 'kustomize.toolkit.fluxcd.io', 'kustomizations'),
  definition('helm-controller', 'installs charts', 'helm.toolkit.fluxcd.io', 'helmreleases'),
  definition(
    'notification-controller',
    'tells others, and is told',
    'notification.toolkit.fluxcd.io',
    'alerts',
    'providers',
    'receivers',
  ),
  definition(
    'image-reflector-controller',
    'scans registries',
    'image.toolkit.fluxcd.io',
    'imagerepositories',
    'imagepolicies',
  ),
  definition(
    'image-automation-controller',
    'commits new image tags',
    'image.toolkit.fluxcd.io',
    'imageupdateautomations',
  ),
  definition(
    'flux-operator',
    'installs Flux itself',
    'fluxcd.controlplane.io',
    'fluxinstances',
    'fluxreports',
    'resourcesets',
    'resourcesetinputproviders',
  ),
];

const order = new Map(controllerDefinitions.map(({ name }, index) => [name, index]));

/** Controllers of Flux in their order, others behind them by name. */
export function byController(one: { name: string }, other: { name: string }): number {
  const places = (order.get(one.name) ?? order.size) - (order.get(other.name) ?? order.size);
  return places === 0 ? one.name.localeCompare(other.name, 'en') : places;
}

/** The controller that looks after a kind; undefined for one that is not Flux's. */
export function controllerOf(group: string, plural: string): string | undefined {
  return controllerDefinitions.find(({ resources }) => resources.includes(`${plural}.${group}`))?.name;
}

/** Whether an object with this name and these labels is a controller of Flux. */
export function isController(name: string, labels: Readonly<Record<string, string>>): boolean {
  return order.has(name) || labels['app.kubernetes.io/part-of'] === 'flux';
}

/** The controller a pod belongs to; undefined for a pod of something else. */
export function controllerOfPod({ name, labels }: Pick<Pod, 'name' | 'labels'>): string | undefined {
  const label = labels['app.kubernetes.io/component'] ?? labels['app'] ?? labels['app.kubernetes.io/name'];
  if (label !== undefined && isController(label, labels)) return label;
  const known = controllerDefinitions.find((each) => name.startsWith(`${each.name}-`))?.name;
  return known ?? (labels['app.kubernetes.io/part-of'] === 'flux' ? name : undefined);
}

/** The namespace Flux runs in: the one its manifests have labelled, else the usual one. */
export function fluxNamespace(cluster: Cluster): string {
  const usual = 'flux-system';
  let labelled: string | undefined;
  for (const { object } of cluster.collection({ group: '', resource: 'namespaces' }).entries()) {
    const { name, labels } = object.metadata;
    if (labels?.['app.kubernetes.io/part-of'] !== 'flux') continue;
    if (name === usual) return usual;
    labelled ??= name;
  }
  return labelled ?? usual;
}
