import type { KubeObject } from '../../../../kube/object.ts';
import type { BuildResult } from '../../build/build-result.ts';
import { showObject, showText } from '../../build/show-object.ts';
import { isLarger } from '../../large/is-larger.ts';
import { largeFrom } from '../../large/unless-large.ts';
import { referenceTo } from '../../references.ts';

/** An object as a manifest has it. */
export type Manifest = Pick<KubeObject, 'apiVersion' | 'kind'> & {
  metadata: Partial<KubeObject['metadata']> & { name: string };
  [field: string]: unknown;
};

/** A build of these manifests, for tests of what comes after building. `secrets` are values that nobody may read. */
export function handMadeBuild(
  manifests: readonly Manifest[],
  { secrets = [], revision = 'main@sha1:2222222' }: { secrets?: readonly string[]; revision?: string } = {},
): BuildResult {
  const objects = manifests as unknown as readonly KubeObject[];
  const hidden = { fields: [], values: secrets };
  return {
    revision,
    digest: 'sha256:0',
    objects,
    substitutions: [],
    encrypted: objects.filter((object) => object['sops'] !== undefined).map(referenceTo),
    builtWith: { program: 'plain' },
    problems: [],
    hidden: () => hidden,
    isLarge: (object) => isLarger(object, largeFrom),
    shown: async (object) => showObject(object, hidden),
    shownText: (text) => showText(text, secrets),
  };
}
