import { parseAllDocuments } from 'yaml';
import type { ResolvedBinary } from '../binaries.ts';
import type { TestCluster } from '../cluster.ts';
import { untouchedLabel } from '../control-plane.ts';
import { fluxManifests } from '../custom-resources.ts';
import { createObjects } from '../objects.ts';
import type { KubeObject } from '../requests.ts';
import type { FluxController } from '../parts.ts';
import { binaryOf, type Starting } from '../starting.ts';
import { waitFor } from '../wait.ts';
import type { ImageSource } from './start-node.ts';

const namespace = 'flux-system';

/** As the controllers' own images are called; a version that a tag cannot hold is one of somebody else's build. */
const imageName = ({ name, version }: ResolvedBinary): string =>
  `ghcr.io/fluxcd/${name}:${/^v[\d.]+/.exec(version)?.[0] ?? 'unknown'}`;

/** The images in which the controllers run: their binary, as the user that their own images name. */
export function fluxImages(controllers: readonly ResolvedBinary[]): ImageSource[] {
  return controllers.map((binary) => ({
    names: [imageName(binary)],
    program: binary.name,
    path: binary.path,
    user: '65534:65534',
  }));
}

type Container = { image: string; args: string[] };

function addedArguments(name: string): string[] {
  // The one controller that cannot select by label.
  if (name === 'notification-controller') return [];
  const labels = `--watch-label-selector=!${untouchedLabel.key}`;
  // A health check occupies a worker for half a minute at least, and a suite has many that fail.
  return name === 'kustomize-controller' ? [labels, '--concurrent=20'] : [labels];
}

function withBinary(deployment: KubeObject, binary: ResolvedBinary): KubeObject {
  const spec = deployment['spec'] as { template: { spec: { containers: Container[] } } };
  const containers = spec.template.spec.containers.map((container) => ({
    ...container,
    image: imageName(binary),
    args: [...container.args, ...addedArguments(binary.name)],
  }));
  return {
    ...deployment,
    spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } },
  };
}

/** Labels that `flux install` puts on everything it applies. */
const installLabels = (version: string): Record<string, string> => ({
  'app.kubernetes.io/instance': namespace,
  'app.kubernetes.io/part-of': 'flux',
  'app.kubernetes.io/version': `v${version}`,
});

/**
 * A Flux version's own objects for some controllers, from the YAML streams of its installation: namespaced, labelled, and
 * with the binaries that run here in place of the version's own images.
 */
export function fluxObjects(
  streams: readonly string[],
  version: string,
  controllers: readonly ResolvedBinary[],
): KubeObject[] {
  const objects = streams.flatMap((stream) =>
    parseAllDocuments(stream).map((document) => document.toJS() as KubeObject | null),
  );
  return objects
    .filter((object) => object !== null)
    .filter(({ kind }) => kind !== 'CustomResourceDefinition')
    .map((object) => {
      const labels = { ...(object.metadata['labels'] as object | undefined), ...installLabels(version) };
      const namespaced = !object.kind.startsWith('Cluster');
      const metadata = { ...object.metadata, labels, ...(namespaced && { namespace }) };
      const binary = controllers.find(({ name }) => name === object.metadata.name);
      const placed = { ...object, metadata };
      return object.kind === 'Deployment' && binary ? withBinary(placed, binary) : placed;
    });
}

type Deployment = { metadata: { name: string }; spec: { replicas: number }; status: { readyReplicas?: number } };

/**
 * Installs Flux controllers as Deployments, records them, and waits until every one is ready.
 *
 * @throws Error naming those that do not become ready.
 */
export async function installFlux(
  starting: Starting,
  cluster: TestCluster,
  names: readonly FluxController[],
): Promise<void> {
  const { node, fluxVersion } = starting.state;
  if (!node || names.length === 0) return;
  const controllers = names.map((name) => binaryOf(starting, name));
  const streams = await fluxManifests(fluxVersion, ['rbac', ...names]);
  await createObjects(cluster.request, fluxObjects(streams, fluxVersion, controllers));
  node.controllers = Object.fromEntries(controllers.map(({ name, version }) => [name, version]));
  await waitFor('the Flux controllers', () => deploymentsReady(cluster, namespace), { seconds: 180 });
}

/** True once every Deployment of a namespace has all its pods ready. Throws naming those that have not. */
async function deploymentsReady(cluster: TestCluster, where: string): Promise<boolean> {
  const { items } = await cluster.request<{ items: Deployment[] }>(
    'GET',
    `/apis/apps/v1/namespaces/${where}/deployments`,
  );
  const waiting = items.filter(({ spec, status }) => (status.readyReplicas ?? 0) < spec.replicas);
  if (waiting.length > 0) throw new Error(`not ready: ${waiting.map(({ metadata }) => metadata.name).join(', ')}`);
  return items.length > 0;
}
