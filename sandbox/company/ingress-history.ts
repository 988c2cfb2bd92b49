import { gzipSync } from 'node:zlib';
import type { KubeObject } from '../../server/kube/object.ts';
import { metadataOf } from './metadata.ts';
import type { Before } from './time.ts';

const name = 'ingress-nginx';
const namespace = 'platform';
const license = 'dummy-license-not-a-secret';

/** What changed from one revision to the next, and nothing else. */
interface Revision {
  chart: string;
  deployed: string;
  status: 'superseded' | 'failed' | 'deployed';
  description: string;
  replicas: number;
  config: Record<string, string>;
  autoscaled: boolean;
  license: string;
}

/** Seven revisions: two were failures of different kinds, one came back from the other, one cannot be read any more. */
const revisions: readonly Revision[] = [
  {
    chart: '4.12.1',
    deployed: '94d',
    status: 'superseded',
    description: 'Install complete',
    replicas: 1,
    config: { 'use-gzip': 'true' },
    autoscaled: false,
    license: 'dummy-trial-not-a-secret',
  },
  {
    chart: '4.12.3',
    deployed: '71d',
    status: 'superseded',
    description: 'Upgrade complete',
    replicas: 2,
    config: { 'use-gzip': 'true', 'ssl-protocols': 'TLSv1.2 TLSv1.3' },
    autoscaled: false,
    license: 'dummy-trial-not-a-secret',
  },
  {
    chart: '4.13.0',
    deployed: '44d',
    status: 'failed',
    description: `Upgrade "${name}" failed: timed out waiting for the condition`,
    replicas: 2,
    config: { 'use-gzip': 'true', 'ssl-protocols': 'TLSv1.3' },
    autoscaled: true,
    license,
  },
  {
    chart: '4.12.3',
    deployed: '44d',
    status: 'superseded',
    description: 'Rollback to 2',
    replicas: 2,
    config: { 'use-gzip': 'true', 'ssl-protocols': 'TLSv1.2 TLSv1.3' },
    autoscaled: false,
    license: 'dummy-trial-not-a-secret',
  },
  {
    chart: '4.13.0',
    deployed: '27d',
    status: 'superseded',
    description: 'Upgrade complete',
    replicas: 2,
    config: { 'use-gzip': 'true', 'ssl-protocols': 'TLSv1.2 TLSv1.3', 'enable-brotli': 'true' },
    autoscaled: false,
    license,
  },
  {
    chart: '4.13.1',
    deployed: '18d',
    status: 'superseded',
    description: 'Upgrade complete',
    replicas: 3,
    config: { 'ssl-protocols': 'TLSv1.2 TLSv1.3', 'enable-brotli': 'true', 'proxy-body-size': '16m' },
    autoscaled: false,
    license,
  },
  {
    chart: '4.13.2',
    deployed: '9d',
    status: 'deployed',
    description: 'Upgrade complete',
    replicas: 3,
    config: { 'ssl-protocols': 'TLSv1.2 TLSv1.3', 'enable-brotli': 'true', 'proxy-body-size': '32m' },
    autoscaled: true,
    license,
  },
];

/** The values of the HelmRelease itself; the rest comes from a ConfigMap and a Secret. */
export const ingressValues = {
  controller: {
    config: revisions.at(-1)?.config,
    autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 8 },
    service: { externalTrafficPolicy: 'Local' },
  },
};

/** The Secret among its sources. */
export function ingressLicense(before: Before): KubeObject {
  const text = `controller:\n  geoip:\n    licenseFile: ${license}\n`;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf(before, 'Secret', { namespace, name: 'ingress-license' }),
    type: 'Opaque',
    data: { 'values.yaml': Buffer.from(text).toString('base64') },
  };
}

/** What Helm keeps of it: the first revision is damaged, and next to it lies a copy somebody has made by hand. */
export function ingressHistory(before: Before): KubeObject[] {
  const stored = revisions.map((revision, index) =>
    storageSecret(before, revision, index + 1, index === 0 ? 'H4sIAAAAAAAA' : encoded(before, revision, index + 1)),
  );
  const [first] = stored;
  return first === undefined
    ? []
    : [...stored, { ...first, metadata: { ...first.metadata, name: 'ingress-nginx-before-the-move', uid: '' } }];
}

function storageSecret(before: Before, { deployed, status }: Revision, version: number, release: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf(before, 'Secret', {
      namespace,
      name: `sh.helm.release.v1.${name}.v${version}`,
      age: deployed,
      labels: {
        modifiedAt: String(Math.floor(Date.parse(before(deployed)) / 1000)),
        name,
        owner: 'helm',
        status,
        version: String(version),
      },
    }),
    type: 'helm.sh/release.v1',
    data: { release: Buffer.from(release).toString('base64') },
  };
}

function encoded(before: Before, revision: Revision, version: number): string {
  const { chart, deployed, status, description, replicas, config, autoscaled } = revision;
  const autoscaling = autoscaled ? { autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 8 } } : {};
  const release = {
    name,
    info: {
      first_deployed: before('94d'),
      last_deployed: before(deployed),
      deleted: '',
      description,
      status,
      notes: notesOf(chart),
    },
    chart: {
      metadata: {
        name,
        version: chart,
        description: 'Ingress for the company',
        apiVersion: 'v2',
        appVersion: `1.${chart.split('.')[1]}.${chart.split('.')[2]}`,
      },
      lock: null,
      templates: [{ name: 'templates/deployment.yaml', data: '' }],
      values: {
        controller: {
          replicaCount: 1,
          image: { registry: 'registry.example.com', repository: 'mirror/ingress-nginx' },
          config: {},
          autoscaling: { enabled: false, minReplicas: 1, maxReplicas: 11 },
          service: { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster' },
          metrics: { enabled: false, port: 10254 },
          geoip: { licenseFile: '' },
        },
        defaultBackend: { enabled: false },
      },
      schema: null,
      files: null,
    },
    config: {
      controller: {
        replicaCount: replicas,
        config,
        ...autoscaling,
        service: { externalTrafficPolicy: 'Local' },
        geoip: { licenseFile: revision.license },
      },
    },
    manifest: manifestOf(revision),
    hooks: hooksOf(before, deployed),
    version,
    namespace,
    apply_method: 'ssa',
  };
  return gzipSync(JSON.stringify(release)).toString('base64');
}

function notesOf(chart: string): string {
  return `The ingress controller ${chart} is installed.\nIts address comes with its Service:\n\n  kubectl get service ${name} -n ${namespace}\n`;
}

function manifestOf({ chart, replicas, config, autoscaled, license: key }: Revision): string {
  const document = (file: string, lines: string[]) =>
    ['---', `# Source: ${name}/templates/${file}.yaml`, ...lines, ''].join('\n');
  const labels = ['  labels:', `    helm.sh/chart: ${name}-${chart}`];
  return [
    document('configmap', [
      'apiVersion: v1',
      'kind: ConfigMap',
      'metadata:',
      `  name: ${name}-settings`,
      `  namespace: ${namespace}`,
      ...labels,
      'data:',
      ...Object.entries(config).map(([option, value]) => `  ${option}: "${value}"`),
    ]),
    document('license', [
      'apiVersion: v1',
      'kind: Secret',
      'metadata:',
      `  name: ${name}-license`,
      `  namespace: ${namespace}`,
      'stringData:',
      `  license: ${key}`,
    ]),
    document('service', [
      'apiVersion: v1',
      'kind: Service',
      'metadata:',
      `  name: ${name}`,
      `  namespace: ${namespace}`,
      ...labels,
      'spec:',
      '  type: LoadBalancer',
      '  externalTrafficPolicy: Local',
      '  ports:',
      '    - name: https',
      '      port: 443',
    ]),
    document('deployment', [
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata:',
      `  name: ${name}`,
      `  namespace: ${namespace}`,
      ...labels,
      'spec:',
      ...(autoscaled ? [] : [`  replicas: ${replicas}`]),
      '  selector:',
      '    matchLabels:',
      `      app: ${name}`,
      '  template:',
      '    metadata:',
      '      labels:',
      `        app: ${name}`,
      '    spec:',
      '      containers:',
      '        - name: controller',
      `          image: registry.example.com/mirror/${name}:${chart}`,
      '          args:',
      `            - --configmap=${namespace}/${name}-settings`,
      `            - --geoip-license=${key}`,
    ]),
    ...(autoscaled
      ? [
          document('autoscaler', [
            'apiVersion: autoscaling/v2',
            'kind: HorizontalPodAutoscaler',
            'metadata:',
            `  name: ${name}`,
            `  namespace: ${namespace}`,
            'spec:',
            '  minReplicas: 3',
            '  maxReplicas: 8',
            '  scaleTargetRef:',
            '    apiVersion: apps/v1',
            '    kind: Deployment',
            `    name: ${name}`,
          ]),
        ]
      : []),
  ].join('');
}

function hooksOf(before: Before, deployed: string): object[] {
  const hook = (kind: string, hookName: string, events: string[], phase: string, lines: string[]) => ({
    name: hookName,
    kind,
    path: `${name}/templates/${hookName}.yaml`,
    manifest: [
      `# Source: ${name}/templates/${hookName}.yaml`,
      `apiVersion: ${kind === 'Job' ? 'batch/v1' : 'v1'}`,
      `kind: ${kind}`,
      'metadata:',
      `  name: ${hookName}`,
      `  namespace: ${namespace}`,
      ...lines,
      '',
    ].join('\n'),
    events,
    last_run: phase === '' ? { phase: '' } : { started_at: before(deployed), completed_at: before(deployed), phase },
    delete_policies: ['before-hook-creation', 'hook-succeeded'],
  });
  const pod = [
    '      containers:',
    '        - name: run',
    '          image: registry.example.com/mirror/certgen:1.6.2',
  ];
  return [
    hook('Job', `${name}-admission-create`, ['pre-install', 'pre-upgrade'], 'Succeeded', [
      'spec:',
      '  template:',
      '    spec:',
      ...pod,
    ]),
    hook('Pod', `${name}-test-answers`, ['test'], '', ['spec:', ...pod.map((line) => line.slice(4))]),
  ];
}
