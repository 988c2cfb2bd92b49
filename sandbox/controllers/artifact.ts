import type { KubeObject } from '../../server/kube/object.ts';

interface Artifact {
  revision?: string;
  path?: string;
}

/** The artifact a source offers; undefined while it has none. */
export function artifactAt(object: KubeObject): Artifact | undefined {
  return object.status?.['artifact'] as Artifact | undefined;
}
