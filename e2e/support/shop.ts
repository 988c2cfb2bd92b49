import { stringify } from 'yaml';
import type { KubeObject } from '../cluster/requests.ts';
import { imageRegistry, workloadImage } from '../cluster/node/configuration.ts';

/**
 * What a shop runs on a node, one folder of manifests per way in which pods fare. Each is applied by a Kustomization of
 * its own, of the same name, in the namespace of the same name as the shop.
 */
export const shopNamespace = 'shop';

type Manifest = Record<string, unknown>;
type Container = Record<string, unknown>;

interface Program {
  name: string;
  arguments: readonly string[];
  /** More of the container: probes, limits. */
  container?: Container;
  /** More of the pod: init containers, a selector of nodes. */
  pod?: Record<string, unknown>;
}

const container = (name: string, behaviour: readonly string[], more: Container = {}): Container => ({
  name,
  image: workloadImage,
  args: behaviour,
  ...more,
});

const podTemplate = ({ name, arguments: behaviour, container: more, pod }: Program, policy?: string): Manifest => ({
  metadata: { labels: { app: name } },
  spec: {
    // What is deleted goes at once: nobody needs these programs to finish.
    terminationGracePeriodSeconds: 1,
    ...(policy !== undefined && { restartPolicy: policy }),
    containers: [container('app', behaviour, more)],
    ...pod,
  },
});

const metadata = (name: string): Manifest => ({ name, namespace: shopNamespace, labels: { app: name } });

function deployment(program: Program, more: Manifest = {}): Manifest {
  const selector = { matchLabels: { app: program.name } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(program.name),
    spec: { replicas: 1, selector, template: podTemplate(program), ...more },
  };
}

/** A Deployment whose pod counts as available only when it has run for a minute: one that ends before never does. */
const shortLived = (program: Program): Manifest => deployment(program, { minReadySeconds: 60 });

function job(program: Program, more: Manifest = {}): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata(program.name),
    spec: { template: podTemplate(program, 'Never'), ...more },
  };
}

const probe = (path: string): Manifest => ({ httpGet: { path, port: 8080 }, periodSeconds: 1 });

const ready = { readinessProbe: probe('/readyz') };

const configuration = (name: string, data: Record<string, string>): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(name),
  data,
});

/** A web shop of two containers after an init container, a Service, a database with its own Service, a report now and then. */
const web = (release: string): Manifest[] => [
  configuration('web-settings', { release }),
  deployment({
    name: 'web',
    arguments: ['serve', '-format', 'json', '-every', '500ms'],
    container: { ...ready, env: [{ name: 'RELEASE', value: release }] },
    pod: {
      initContainers: [container('migrate', ['work', '-for', '300ms'])],
      containers: [
        container('app', ['serve', '-format', 'json', '-every', '500ms'], {
          ...ready,
          env: [{ name: 'RELEASE', value: release }],
        }),
        container('metrics', ['serve', '-port', '9090', '-every', '1s']),
      ],
    },
  }),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('web'),
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: metadata('node-logs'),
    spec: {
      selector: { matchLabels: { app: 'node-logs' } },
      template: podTemplate({ name: 'node-logs', arguments: ['pause'] }),
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadata('report'),
    spec: {
      schedule: '* * * * *',
      jobTemplate: { spec: { template: podTemplate({ name: 'report', arguments: ['work'] }, 'Never') } },
    },
  },
];

/** Each way in which pods fare, as the manifests that bring it about. */
export const shopManifests: Readonly<Record<string, readonly Manifest[]>> = {
  web: web('first'),
  import: [deployment({ name: 'import', arguments: ['lines', '-count', '50000'] })],
  crashing: [shortLived({ name: 'prices', arguments: ['exit', '-after', '300ms', '-code', '3'] })],
  panicking: [shortLived({ name: 'basket', arguments: ['panic', '-after', '300ms'] })],
  unpullable: [
    deployment({
      name: 'catalogue',
      arguments: ['serve'],
      container: { image: `${imageRegistry}/shop/catalogue:9.9.9` },
    }),
  ],
  unready: [deployment({ name: 'stock', arguments: ['serve', '-unready'], container: ready })],
  hungry: [
    shortLived({
      name: 'search',
      arguments: ['eat', '-every', '20ms'],
      container: { resources: { limits: { memory: '64Mi' } } },
    }),
  ],
  unhealthy: [
    shortLived({
      name: 'mailer',
      arguments: ['serve', '-unready'],
      container: { livenessProbe: { ...probe('/readyz'), failureThreshold: 1 } },
    }),
  ],
  uninitialised: [
    deployment({
      name: 'orders',
      arguments: ['serve'],
      pod: { initContainers: [container('migrate', ['exit', '-after', '200ms', '-code', '4'])] },
    }),
  ],
  unconfigured: [
    deployment({
      name: 'payments',
      arguments: ['serve'],
      container: { envFrom: [{ secretRef: { name: 'payment-provider' } }] },
    }),
  ],
  unmounted: [
    deployment({
      name: 'invoices',
      arguments: ['serve'],
      container: { volumeMounts: [{ name: 'templates', mountPath: '/templates' }] },
      pod: { volumes: [{ name: 'templates', configMap: { name: 'invoice-templates' } }] },
    }),
  ],
  unstartable: [deployment({ name: 'coupons', arguments: [], container: { command: ['/no-such-program'] } })],
  unschedulable: [
    deployment({ name: 'vision', arguments: ['serve'], pod: { nodeSelector: { accelerator: 'gpu' } } }),
    deployment({
      name: 'training',
      arguments: ['serve'],
      container: { resources: { requests: { cpu: '500' } } },
    }),
  ],
  unbound: [
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: metadata('database'),
      spec: {
        serviceName: 'database',
        selector: { matchLabels: { app: 'database' } },
        template: podTemplate({
          name: 'database',
          arguments: ['serve'],
          container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
        }),
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: 'fast',
              resources: { requests: { storage: '1Gi' } },
            },
          },
        ],
      },
    },
  ],
  failed: [job({ name: 'reindex', arguments: ['exit', '-after', '100ms'] }, { backoffLimit: 0 })],
  refused: [deployment({ name: 'gifts', arguments: ['serve'], pod: { priorityClassName: 'gifts' } })],
};

/** What an administrator has set up beside Flux: no pod of the class `gifts` may be made. */
export const shopLimits: readonly KubeObject[] = [
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'gifts' }, value: 1 },
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'gifts', namespace: shopNamespace },
    spec: {
      hard: { pods: '0' },
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['gifts'] }] },
    },
  },
];

/** Files of a Git repository: a folder of YAML for each way. */
export function shopFiles(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(shopManifests).map(([name, manifests]) => [`${name}/all.yaml`, yamlOf(manifests)]),
  );
}

/** The same web shop with another setting in its Deployment: a second ReplicaSet takes over from the first. */
export const secondRelease = (): Record<string, string> => ({ 'web/all.yaml': yamlOf(web('second')) });

const yamlOf = (manifests: readonly Manifest[]): string =>
  // An anchor for what two objects share is valid, and nobody would write it.
  manifests.map((manifest) => stringify(manifest, { aliasDuplicateObjects: false })).join('---\n');
