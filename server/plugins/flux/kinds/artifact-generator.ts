import type { KubeObject } from '../../../kube/object.ts';
import { generatorReconcileAnnotation } from '../annotations.ts';
import { fact, referenceFacts } from '../facts.ts';
import { inventorySize } from '../inventory.ts';
import type { KindDefinition } from '../kind.ts';
import { listAt, textAt } from '../read.ts';
import { referencesAt, sourceExtensionsGroup } from '../references.ts';

function sources(object: KubeObject) {
  return referencesAt(object, listAt(object, 'spec', 'sources'));
}

/** The names of the artifacts it makes. */
function artifacts(object: KubeObject): string {
  return listAt(object, 'spec', 'artifacts')
    .map((artifact) => textAt(artifact, 'name'))
    .filter((name) => name !== undefined)
    .join(', ');
}

/** `@apps/frontend → @artifact/`, for each copy of each artifact. */
function copies(object: KubeObject) {
  return listAt(object, 'spec', 'artifacts').flatMap((artifact) =>
    listAt(artifact, 'copy').flatMap((copy) => {
      const from = textAt(copy, 'from');
      const to = textAt(copy, 'to');
      return from === undefined || to === undefined
        ? []
        : fact(`Copies for ${textAt(artifact, 'name') ?? ''}`, `${from} → ${to}`, 'code');
    }),
  );
}

export const artifactGenerator: KindDefinition = {
  kind: 'ArtifactGenerator',
  plural: 'artifactgenerators',
  group: sourceExtensionsGroup,
  versions: ['v1beta1'],
  title: 'ArtifactGenerators',
  section: 'sources',
  icon: 'k-generator',
  fluxCommand: undefined,
  purpose:
    'An ArtifactGenerator puts together artifacts from the files of several sources, or takes one apart into several.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  suspendAnnotation: generatorReconcileAnnotation,
  columns: [
    {
      key: 'sources',
      label: 'Sources',
      as: 'text',
      value: (object) =>
        sources(object)
          .map(({ kind, name }) => `${kind} ${name}`)
          .join(', ') || undefined,
      priority: 1,
    },
    { key: 'artifacts', label: 'Makes', as: 'code', value: (object) => artifacts(object) || undefined, priority: 2 },
  ],
  facts: (object) => [
    ...referenceFacts('Source', object, sources(object)),
    ...fact('Makes', artifacts(object), 'code'),
    ...copies(object),
  ],
  dependsOn: sources,
  revision: (object) => ({ applied: textAt(object, 'status', 'observedSourcesDigest'), attempted: undefined }),
  owns: inventorySize,
};
