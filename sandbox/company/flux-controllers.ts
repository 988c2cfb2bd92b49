import type { KubeObject } from '../../server/kube/object.ts';
import { suffixOf } from './invent.ts';
import { metadataOf } from './metadata.ts';
import type { Before } from './time.ts';
import { ownerReference, podOf } from './pods.ts';

/** The version of Flux that the company runs. */
const fluxVersion = 'v2.9.2';

/** The Flux controllers, and the operator that installs them, with their own versions. */
export const controllerVersions = {
  'source-controller': 'v1.9.2',
  'kustomize-controller': 'v1.9.2',
  'helm-controller': 'v1.6.2',
  'notification-controller': 'v1.9.2',
  'image-reflector-controller': 'v1.2.2',
  'image-automation-controller': 'v1.2.2',
  'source-watcher': 'v2.2.2',
  'flux-operator': 'v0.58.0',
} as const;

export type ControllerName = keyof typeof controllerVersions;

/** The name of a controller's Pod. */
export function controllerPod(name: ControllerName): string {
  return `${name}-${suffixOf(name, 10)}-${suffixOf(`${name} pod`, 5)}`;
}

/** The Deployment of a Flux controller with its ReplicaSet and Pod. */
function controller(before: Before, name: ControllerName): KubeObject[] {
  const namespace = 'flux-system';
  const isOperator = name === 'flux-operator';
  const image = `ghcr.io/${isOperator ? 'controlplaneio-fluxcd' : 'fluxcd'}/${name}:${controllerVersions[name]}`;
  const operatorLabels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name };
  const labels = isOperator
    ? { ...operatorLabels, 'app.kubernetes.io/version': controllerVersions[name] }
    : {
        'app.kubernetes.io/component': name,
        'app.kubernetes.io/instance': 'flux-system',
        'app.kubernetes.io/part-of': 'flux',
        'app.kubernetes.io/version': fluxVersion,
        'control-plane': 'controller',
      };
  const podLabels = isOperator
    ? { app: name, ...operatorLabels }
    : { app: name, 'app.kubernetes.io/component': name, 'app.kubernetes.io/part-of': 'flux' };
  const template = {
    metadata: { labels: podLabels },
    spec: {
      containers: [
        {
          args: ['--watch-all-namespaces', '--log-level=info', '--log-encoding=json', '--enable-leader-election'],
          image,
          name: 'manager',
          ports: [
            { containerPort: 8080, name: 'http-prom', protocol: 'TCP' },
            { containerPort: 9440, name: 'healthz', protocol: 'TCP' },
          ],
          resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '64Mi' } },
        },
      ],
    },
  };
  const deployment: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(before, 'Deployment', { namespace, name, labels, age: '94d' }),
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template },
    status: {
      availableReplicas: 1,
      conditions: [
        {
          lastTransitionTime: before('6d'),
          lastUpdateTime: before('6d'),
          message: 'Deployment has minimum availability.',
          reason: 'MinimumReplicasAvailable',
          status: 'True',
          type: 'Available',
        },
      ],
      observedGeneration: 1,
      readyReplicas: 1,
      replicas: 1,
      updatedReplicas: 1,
    },
  };
  const hash = suffixOf(name, 10);
  const allLabels = { ...podLabels, 'pod-template-hash': hash };
  const replicaSet: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...metadataOf(before, 'ReplicaSet', { namespace, name: `${name}-${hash}`, labels: allLabels, age: '94d' }),
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name, 'pod-template-hash': hash } },
      template: { ...template, metadata: { labels: allLabels } },
    },
    status: { observedGeneration: 1, readyReplicas: 1, replicas: 1 },
  };
  const pod = podOf(
    before,
    { namespace, name: controllerPod(name) },
    {
      labels: allLabels,
      container: 'manager',
      image,
      owner: replicaSet,
    },
  );
  return [deployment, replicaSet, pod];
}

/** Where source-controller offers artifacts. */
function artifactService(before: Before): KubeObject {
  const described = { namespace: 'flux-system', name: 'source-controller', labels: { 'control-plane': 'controller' } };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(before, 'Service', described),
    spec: {
      ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }],
      selector: { app: 'source-controller' },
      type: 'ClusterIP',
    },
    status: { loadBalancer: {} },
  };
}

/** The Flux controllers, and the Service that one of them offers. */
export function fluxControllers(before: Before): KubeObject[] {
  const names = Object.keys(controllerVersions) as ControllerName[];
  return [...names.flatMap((name) => controller(before, name)), artifactService(before)];
}
