import type { Cluster } from '../../kube/cluster.ts';

/** A controller of Flux, known to be installed by the kinds it brings. */
interface Component {
  controller: string;
  does: string;
  group: string;
  resources: readonly string[];
  /** Whether a plain installation brings it. */
  extra: boolean;
}

const components: readonly Component[] = [
  {
    controller: 'source-controller',
    does: 'fetches Git and OCI repositories, Helm charts and buckets',
    group: 'source.toolkit.fluxcd.io',
    resources: ['gitrepositories', 'ocirepositories', 'helmrepositories', 'helmcharts', 'buckets'],
    extra: false,
  },
  {
    controller: 'kustomize-controller',
    does: 'applies manifests to the cluster and keeps them so',
    group: 'kustomize.toolkit.fluxcd.io',
    resources: ['kustomizations'],
    extra: false,
  },
  {
    controller: 'helm-controller',
    does: 'installs and upgrades Helm releases',
    group: 'helm.toolkit.fluxcd.io',
    resources: ['helmreleases'],
    extra: false,
  },
  {
    controller: 'notification-controller',
    does: 'sends alerts out and takes webhooks in',
    group: 'notification.toolkit.fluxcd.io',
    resources: ['alerts', 'providers', 'receivers'],
    extra: false,
  },
  {
    controller: 'image-reflector- and image-automation-controller',
    does: 'find new image tags and commit them to Git',
    group: 'image.toolkit.fluxcd.io',
    resources: ['imagerepositories', 'imagepolicies', 'imageupdateautomations'],
    extra: true,
  },
];

/** What a cluster has of one component. */
export interface ComponentState extends Component {
  /** `group/version`s of its kinds that the API server serves. */
  versions: readonly string[];
  missing: readonly string[];
}

/** What of Flux the API server serves, by controller. */
export function componentStates(cluster: Cluster): ComponentState[] {
  return components.map((component) => {
    const served = component.resources.map((resource) => cluster.served({ group: component.group, resource }));
    return {
      ...component,
      versions: [...new Set(served.flatMap((one) => one?.version ?? []))],
      missing: component.resources.filter((_, index) => served[index] === undefined),
    };
  });
}

/** The watched resources whose coming and going changes the page. */
export const componentResources = components.flatMap(({ group, resources }) =>
  resources.map((resource) => ({ group, resource })),
);
