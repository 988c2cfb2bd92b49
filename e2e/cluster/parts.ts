/** The Flux controllers that can run beside the control plane, in the order they are started. */
export const fluxControllers = [
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
  'image-automation-controller',
  'image-reflector-controller',
  'source-watcher',
] as const;

/** Everything that can be left out of a cluster. etcd and kube-apiserver always run. */
export const parts = ['kube-controller-manager', ...fluxControllers, 'registry', 'git', 'artifacts'] as const;

export type FluxController = (typeof fluxControllers)[number];
export type Part = (typeof parts)[number];

/** Whether a part is a program of somebody else; the rest are scripts of ours. */
export const isBuilt = (part: Part): part is Exclude<Part, 'git' | 'artifacts'> =>
  part !== 'git' && part !== 'artifacts';

const isPart = (name: string): name is Part => (parts as readonly string[]).includes(name);

export const isFluxController = (name: string): name is FluxController =>
  (fluxControllers as readonly string[]).includes(name);

/**
 * Turns the names given to `--only` into parts. `controllers` stands for every Flux controller, `kube-apiserver` and
 * `none` for the control plane alone. No names at all means everything.
 *
 * @throws Error naming the unknown part and the known ones.
 */
export function selectParts(only: readonly string[] | undefined): Part[] {
  if (!only) return [...parts];
  const wanted = new Set<Part>();
  for (const name of only) {
    if (name === 'kube-apiserver' || name === 'etcd' || name === 'none') continue;
    if (name === 'controllers') {
      for (const controller of fluxControllers) wanted.add(controller);
    } else if (isPart(name)) {
      wanted.add(name);
    } else {
      throw new Error(`Unknown part "${name}". Known: ${parts.join(', ')}, controllers, none.`);
    }
  }
  return parts.filter((part) => wanted.has(part));
}
