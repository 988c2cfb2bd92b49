import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fluxControllers, type FluxController } from './parts.ts';

/** What a node is made of, from three projects and ourselves. */
export const nodeBinaries = [
  'kubelet',
  'kube-proxy',
  'kube-scheduler',
  'containerd',
  'containerd-shim-runc-v2',
  'ctr',
  'ptp',
  'loopback',
  'host-local',
  'portmap',
  'coredns',
  'workload',
] as const;

export type Binary =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | (typeof nodeBinaries)[number]
  | 'registry'
  | 'helm'
  | 'kustomize'
  | 'kubectl'
  | FluxController;

export type BinarySource = {
  name: Binary;
  /** Folder of the Go module that pins it. */
  folder: string;
  /** Path of its package main. */
  package: string;
  /** Path of the module the version is read from. */
  module: string;
  /** As pinned by the folder's go.mod, with its leading v. */
  version: string;
  linkerFlags: string;
};

/** What to start and what to call it. */
export type ResolvedBinary = { name: Binary; path: string; version: string };

/** The program in `workload/` is ours and has a version by its text alone. */
const ownModule = 'sluice/e2e/cluster/workload';
const ownVersion = 'v1.0.0';

const withoutGoModule: readonly Binary[] = ['image-reflector-controller', 'source-watcher'];

const networkPlugins = 'github.com/containernetworking/plugins';
const containerd = 'github.com/containerd/containerd/v2';

const modules: Record<string, { folder: string; module: string; package: string }> = {
  etcd: { folder: 'etcd', module: 'go.etcd.io/etcd/server/v3', package: 'go.etcd.io/etcd/server/v3' },
  ptp: { folder: 'cni-plugins', module: networkPlugins, package: `${networkPlugins}/plugins/main/ptp` },
  loopback: { folder: 'cni-plugins', module: networkPlugins, package: `${networkPlugins}/plugins/main/loopback` },
  'host-local': { folder: 'cni-plugins', module: networkPlugins, package: `${networkPlugins}/plugins/ipam/host-local` },
  portmap: { folder: 'cni-plugins', module: networkPlugins, package: `${networkPlugins}/plugins/meta/portmap` },
  coredns: { folder: 'coredns', module: 'github.com/coredns/coredns', package: 'github.com/coredns/coredns' },
  workload: { folder: 'workload', module: ownModule, package: '.' },
  registry: {
    folder: 'registry',
    module: 'github.com/distribution/distribution/v3',
    package: 'github.com/distribution/distribution/v3/cmd/registry',
  },
  kustomize: {
    folder: 'kustomize',
    module: 'sigs.k8s.io/kustomize/kustomize/v5',
    package: 'sigs.k8s.io/kustomize/kustomize/v5',
  },
  kubectl: { folder: 'kubectl', module: 'k8s.io/kubernetes', package: 'k8s.io/kubernetes/cmd/kubectl' },
  helm: { folder: 'helm', module: 'helm.sh/helm/v4', package: 'helm.sh/helm/v4/cmd/helm' },
};
for (const name of ['kube-apiserver', 'kube-controller-manager', 'kubelet', 'kube-proxy', 'kube-scheduler']) {
  modules[name] = { folder: 'kubernetes', module: 'k8s.io/kubernetes', package: `k8s.io/kubernetes/cmd/${name}` };
}
for (const name of ['containerd', 'containerd-shim-runc-v2', 'ctr']) {
  modules[name] = { folder: 'containerd', module: containerd, package: `${containerd}/cmd/${name}` };
}
for (const name of fluxControllers) {
  if (withoutGoModule.includes(name)) continue;
  modules[name] = { folder: name, module: `github.com/fluxcd/${name}`, package: `github.com/fluxcd/${name}` };
}

/** The version of a module as required in the text of a go.mod. */
export function requiredVersion(goMod: string, module: string): string {
  const line = goMod.split('\n').find((candidate) =>
    candidate
      .trim()
      .replace(/^require /, '')
      .startsWith(`${module} v`),
  );
  const version = line?.match(/ (v\S+)/)?.[1];
  if (!version) throw new Error(`go.mod requires no version of ${module}.`);
  return version;
}

/**
 * The linker's flags. A Kubernetes without a version calls itself v0.0.0, and charts with a `kubeVersion` refuse to
 * install on it.
 */
export function linkerFlags(module: string, version: string): string {
  if (module !== 'k8s.io/kubernetes') return '-s -w';
  const [major, minor] = version.slice(1).split('.');
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const values = packages.flatMap((path) => [
    `-X ${path}.gitVersion=${version}`,
    `-X ${path}.gitMajor=${major}`,
    `-X ${path}.gitMinor=${minor}`,
  ]);
  return ['-s -w', ...values].join(' ');
}

/** Where a binary comes from, or undefined when no Go module of ours builds it. */
export function binarySource(name: Binary): BinarySource | undefined {
  const entry = modules[name];
  if (!entry) return undefined;
  const folder = join(import.meta.dirname, entry.folder);
  const version =
    entry.module === ownModule
      ? ownVersion
      : requiredVersion(readFileSync(join(folder, 'go.mod'), 'utf8'), entry.module);
  return {
    name,
    folder,
    package: entry.package,
    module: entry.module,
    version,
    linkerFlags: linkerFlags(entry.module, version),
  };
}

/** Shared by every checkout on the machine: the build is the slow part, and equal inputs give equal binaries. */
export const binaryFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sluice', 'bin');

/** `<name>-<version>-<hash>`: the hash changes with the module's files, the linker's flags and the platform. */
export function binaryPath(source: BinarySource): string {
  const hash = createHash('sha256');
  const files = readdirSync(source.folder).filter((name) => /^go\.(mod|sum)$|\.go$/.test(name));
  for (const name of files.toSorted()) hash.update(readFileSync(join(source.folder, name)));
  hash.update(`${source.linkerFlags} ${process.platform} ${process.arch}`);
  return join(binaryFolder(), `${source.name}-${source.version}-${hash.digest('hex').slice(0, 12)}`);
}

/** The controller's version in what `go version -m` prints, for binaries somebody else built. */
export function embeddedVersion(output: string, name: string): string | undefined {
  const line = output
    .split('\n')
    .find((candidate) => /^\s+(mod|dep)\s/.test(candidate) && candidate.includes(`\tgithub.com/fluxcd/${name}\t`));
  return line?.trim().split(/\s+/)[2];
}
