import type { KubeObject } from '../../../kube/object.ts';
import { generatorReconcileAnnotation } from '../annotations.ts';
import { referenceFacts } from '../facts.ts';
import { inventorySize } from '../inventory.ts';
import type { KindDefinition, Panel, PanelRow, Surroundings } from '../kind.ts';
import { listAt, textAt } from '../read.ts';
import { shortRevision } from '../revision.ts';
import { referencesAt, sourceExtensionsGroup, sourceGroup } from '../references.ts';

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

/** Each artifact it is to make: whether it is there, and what is copied into it (`@apps/frontend → @artifact/`). */
function artifactsPanel(object: KubeObject, around: Surroundings): Panel {
  const namespace = textAt(object, 'metadata', 'namespace');
  return {
    id: 'artifacts',
    heading: 'What it makes',
    sub: 'artifacts, and what is copied into each',
    rows: listAt(object, 'spec', 'artifacts').flatMap((artifact): PanelRow[] => {
      const name = textAt(artifact, 'name');
      if (name === undefined) return [];
      const reference = { group: sourceGroup, kind: 'ExternalArtifact', namespace, name };
      const copies = listAt(artifact, 'copy').map(
        (copy) => `${textAt(copy, 'from') ?? '?'} → ${textAt(copy, 'to') ?? '?'}`,
      );
      const row = { reference, what: copies.join(', ') };
      const made = around.entry(reference);
      if (made !== undefined) {
        const { applied } = made.summary.revision;
        return [{ ...row, ...(applied !== undefined && { how: shortRevision(applied) }) }];
      }
      return [
        around.sees(sourceGroup, 'ExternalArtifact', namespace)
          ? { ...row, state: 'waiting', how: 'not made yet' }
          : { ...row, state: 'forbidden', how: 'you may not see it' },
      ];
    }),
  };
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
  facts: (object) => [...referenceFacts('Source', object, sources(object))],
  dependsOn: sources,
  revision: (object) => ({ applied: textAt(object, 'status', 'observedSourcesDigest'), attempted: undefined }),
  owns: inventorySize,
  panels: ({ object }, around) => [artifactsPanel(object, around)],
};
