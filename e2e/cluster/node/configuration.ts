import { stringify } from 'yaml';
import { clusterDns, podRange, type NodeNetwork } from './network.ts';

/** The one node's name. */
export const nodeName = 'node-1';

/** A registry of this name is answered by the cluster's own: what it does not hold is not found, without a network. */
export const imageRegistry = 'registry.example.com';

export const pauseImage = `${imageRegistry}/node/pause:1.0.0`;

/** The image of the program in `workload/`, whose first argument says how it behaves. */
export const workloadImage = `${imageRegistry}/shop/workload:1.0.0`;

/** Paths inside of the node's mount namespace; the part in `/run` is in memory. */
const socket = '/run/containerd/containerd.sock';
const state = '/run/containerd';

/** containerd's configuration, as TOML. `folder` is the node's, `runc` the path of that program. */
export function containerdConfiguration(folder: string, runc: string): string {
  const runtime = `[plugins."io.containerd.cri.v1.runtime"`;
  const images = `[plugins."io.containerd.cri.v1.images"`;
  return `version = 3
root = "${folder}/containerd"
state = "${state}"
disabled_plugins = ["io.containerd.nri.v1.nri"]

[grpc]
address = "${socket}"

${images}]
snapshotter = "overlayfs"

${images}.pinned_images]
sandbox = "${pauseImage}"

${images}.registry]
config_path = "${folder}/registries"

${runtime}]
restrict_oom_score_adj = true

${runtime}.cni]
bin_dirs = ["${folder}/bin"]
conf_dir = "${folder}/networks"

${runtime}.containerd]
default_runtime_name = "runc"

${runtime}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

${runtime}.containerd.runtimes.runc.options]
BinaryName = "${runc}"
SystemdCgroup = false
`;
}

/** Where containerd finds the images of `registry.example.com`. */
export function registryHosts(url: string): string {
  return `server = "${url}"\n\n[host."${url}"]\ncapabilities = ["pull", "resolve"]\n`;
}

/** Pods' interfaces: a wire to each, no bridge, so that every packet between pods and Services passes the packet filter. */
export function podNetwork(): object {
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'ptp',
        ipMasq: true,
        ipam: {
          type: 'host-local',
          dataDir: '/run/cni',
          ranges: [[{ subnet: podRange }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

/** The kubelet's configuration. `controlGroup` is the parent of every container's. */
export function kubeletConfiguration(options: { folder: string; authority: string; controlGroup: string }): string {
  return stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: options.authority },
    },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: `unix://${socket}`,
    clusterDNS: [clusterDns],
    clusterDomain: 'cluster.local',
    resolvConf: `${options.folder}/resolv.conf`,
    podLogsDir: '/var/log/pods',
    cgroupRoot: `/${options.controlGroup}`,
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: true,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    // Whether this machine's disk is full is no matter of the pods'.
    evictionHard: {
      'memory.available': '50Mi',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
      'imagefs.inodesFree': '0%',
    },
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
    readOnlyPort: 0,
    volumePluginDir: '/run/volume-plugins',
  });
}

export function kubeletArguments(folder: string, network: NodeNetwork): string[] {
  return [
    `--config=${folder}/kubelet.yaml`,
    `--kubeconfig=${folder}/kubelet.kubeconfig`,
    '--cert-dir=/var/lib/kubelet/pki',
    '--root-dir=/var/lib/kubelet',
    `--hostname-override=${nodeName}`,
    `--node-ip=${network.address}`,
  ];
}

export function proxyArguments(folder: string): string[] {
  return [
    `--kubeconfig=${folder}/kube-proxy.kubeconfig`,
    '--proxy-mode=iptables',
    `--cluster-cidr=${podRange}`,
    `--hostname-override=${nodeName}`,
    // Limits of the whole machine, not of a node in a namespace.
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0',
    '--conntrack-tcp-timeout-close-wait=0',
  ];
}

export function schedulerArguments(folder: string): string[] {
  return [
    `--kubeconfig=${folder}/controllers/kube-scheduler.kubeconfig`,
    '--leader-elect=false',
    '--secure-port=0',
    `--cert-dir=${folder}/certificates`,
  ];
}
