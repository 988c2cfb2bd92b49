import type { FluxController } from './parts.ts';

/** Ports by name, as recorded in the cluster's state. */
export type Ports = Record<string, number>;

const loopback = '127.0.0.1';

export function port(ports: Ports, name: string): number {
  const value = ports[name];
  if (value === undefined) throw new Error(`No port was chosen for ${name}.`);
  return value;
}

export const localUrl = (ports: Ports, name: string): string => `http://${loopback}:${port(ports, name)}`;

/** Every name a port is needed for. */
export function portNames(controllers: readonly FluxController[]): string[] {
  return [
    'etcd',
    'etcd-peer',
    'kube-apiserver',
    'registry',
    'git',
    'artifacts',
    'storage',
    'events',
    'receiver',
    ...controllers.flatMap((name) => [`${name}-metrics`, `${name}-health`]),
  ];
}

export function etcdArguments(folder: string, ports: Ports): string[] {
  return [
    '--name=etcd',
    `--data-dir=${folder}/etcd`,
    `--listen-client-urls=${localUrl(ports, 'etcd')}`,
    `--advertise-client-urls=${localUrl(ports, 'etcd')}`,
    `--listen-peer-urls=${localUrl(ports, 'etcd-peer')}`,
    `--initial-advertise-peer-urls=${localUrl(ports, 'etcd-peer')}`,
    `--initial-cluster=etcd=${localUrl(ports, 'etcd-peer')}`,
    // The data never outlives the cluster, so nobody waits for the disk.
    '--unsafe-no-fsync',
    '--quota-backend-bytes=8589934592',
    '--log-level=warn',
  ];
}

/** Metadata of every request, once, when it has been answered. */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

/** `node` says whether a kubelet runs pods, `egress` names the file that says how the API server reaches Services and pods. */
export function apiServerArguments(
  folder: string,
  ports: Ports,
  { node, egress }: { node: boolean; egress: string | undefined },
): string[] {
  const pods = node
    ? [
        `--kubelet-client-certificate=${folder}/certificates/kubelet-client.crt`,
        `--kubelet-client-key=${folder}/certificates/kubelet-client.key`,
        '--kubelet-preferred-address-types=InternalIP',
        '--enable-admission-plugins=NodeRestriction',
      ]
    : // Seeded pods name service accounts that nobody has made.
      ['--disable-admission-plugins=ServiceAccount'];
  return [
    ...pods,
    ...(egress === undefined ? [] : [`--egress-selector-config-file=${egress}`]),
    `--etcd-servers=${localUrl(ports, 'etcd')}`,
    `--bind-address=${loopback}`,
    `--advertise-address=${loopback}`,
    `--secure-port=${port(ports, 'kube-apiserver')}`,
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.96.0.0/16',
    `--cert-dir=${folder}/certificates`,
    `--tls-cert-file=${folder}/certificates/server.crt`,
    `--tls-private-key-file=${folder}/certificates/server.key`,
    `--client-ca-file=${folder}/certificates/authority.crt`,
    `--token-auth-file=${folder}/tokens.csv`,
    '--authorization-mode=Node,RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${folder}/certificates/service-accounts.key`,
    `--service-account-signing-key-file=${folder}/certificates/service-accounts.key`,
    '--allow-privileged=true',
    '--profiling=false',
    '--event-ttl=24h',
    `--audit-policy-file=${folder}/audit-policy.json`,
    `--audit-log-path=${folder}/audit.log`,
    // Never rotated within a suite: it is read as one file.
    '--audit-log-maxsize=4096',
  ];
}

/**
 * Without the workload controllers: there is no node for pods to run on, and what a suite writes into the status of a
 * Deployment or a pod stays as written.
 */
const kubeControllers = [
  'namespace-controller',
  'garbage-collector-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'clusterrole-aggregation-controller',
];

/** With a node every controller runs, as anywhere. */
export function controllerManagerArguments(folder: string, node: boolean): string[] {
  return [
    `--kubeconfig=${folder}/controllers/kube-controller-manager.kubeconfig`,
    `--controllers=${node ? '*' : kubeControllers.join(',')}`,
    // On a busy machine a kubelet may be late; that is no failure of the node.
    '--node-monitor-grace-period=300s',
    '--leader-elect=false',
    '--secure-port=0',
    `--cert-dir=${folder}/certificates`,
    `--root-ca-file=${folder}/certificates/authority.crt`,
    `--service-account-private-key-file=${folder}/certificates/service-accounts.key`,
    '--profiling=false',
  ];
}

/** Objects with this label are left alone by every controller that can select by label. */
export const untouchedLabel = { key: 'sharding.fluxcd.io/key', value: 'none' } as const;

const labelSelector = `--watch-label-selector=!${untouchedLabel.key}`;

/** `events` says whether a notification-controller listens for the others' events. */
export function fluxControllerArguments(
  name: FluxController,
  options: { folder: string; ports: Ports; events: boolean },
): string[] {
  const { folder, ports, events } = options;
  const address = (portName: string): string => `${loopback}:${port(ports, portName)}`;
  const common = [
    `--metrics-addr=${address(`${name}-metrics`)}`,
    `--health-addr=${address(`${name}-health`)}`,
    '--log-encoding=json',
    '--log-level=info',
  ];
  const watching = [...common, labelSelector, ...(events ? [`--events-addr=${localUrl(ports, 'events')}/`] : [])];
  if (name === 'notification-controller') {
    // The one controller without a label selector.
    return [...common, `--events-addr=${address('events')}`, `--receiverAddr=${address('receiver')}`];
  }
  if (name === 'source-controller') {
    return [
      ...watching,
      `--storage-path=${folder}/controllers/storage`,
      `--storage-addr=${address('storage')}`,
      `--storage-adv-addr=${address('storage')}`,
    ];
  }
  if (name === 'kustomize-controller' || name === 'helm-controller') return [...watching, '--requeue-dependency=5s'];
  return watching;
}
