import { createHash } from 'node:crypto';
import type { KubeObject } from '../../kube/object.ts';
import { at, listAt, textAt } from './read.ts';

const longestName = 53;

/** Where Helm keeps the release that a HelmRelease installs; undefined when that is in another cluster. */
export function storedAs(object: KubeObject): { namespace: string; name: string } | undefined {
  if (at(object, 'spec', 'kubeConfig') !== undefined) return undefined;
  return {
    namespace:
      textAt(object, 'status', 'storageNamespace') ??
      textAt(object, 'spec', 'storageNamespace') ??
      object.metadata.namespace ??
      '',
    name: releaseNameOf(object),
  };
}

/** The name of the Helm release, as helm-controller makes it. */
export function releaseNameOf(object: KubeObject): string {
  const own = object.metadata.name;
  const target = textAt(object, 'spec', 'targetNamespace');
  const composed = textAt(object, 'spec', 'releaseName') ?? (target === undefined ? own : `${target}-${own}`);
  return textAt(listAt(object, 'status', 'history')[0], 'name') ?? shortened(composed);
}

/** helm-controller shortens names that Helm would refuse to 40 characters and 12 of a hash. */
function shortened(name: string): string {
  if (name.length <= longestName) return name;
  return `${name.slice(0, 40)}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}
