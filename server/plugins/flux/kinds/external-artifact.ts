import type { KubeObject } from '../../../kube/object.ts';
import { fact, referenceFact } from '../facts.ts';
import type { KindDefinition } from '../kind.ts';
import { at } from '../read.ts';
import { referenceAt, sourceGroup } from '../references.ts';
import { artifactFacts, artifactRevision, sourceReconciledAt } from './source.ts';

/** Whoever makes the artifact: an ArtifactGenerator or a controller that is not Flux's. */
function maker(object: KubeObject) {
  return referenceAt(object, at(object, 'spec', 'sourceRef'));
}

export const externalArtifact: KindDefinition = {
  kind: 'ExternalArtifact',
  plural: 'externalartifacts',
  group: sourceGroup,
  versions: ['v1'],
  title: 'ExternalArtifacts',
  section: 'sources',
  icon: 'k-artifact',
  fluxCommand: 'source external',
  purpose:
    'An ExternalArtifact is a source that an ArtifactGenerator or another controller makes: Flux applies it, and does not fetch it.',
  statusless: (object) => at(object, 'status', 'artifact') === undefined,
  actions: { reconcile: false, suspend: false, reconcileWithSource: false },
  neverReconciled: (object) => {
    const by = maker(object);
    return by === undefined
      ? 'An ExternalArtifact is made by another controller: Flux cannot reconcile it.'
      : `An ExternalArtifact is made by another controller: reconcile ${by.kind} ${by.name} instead.`;
  },
  neverSuspended: () => 'An ExternalArtifact is made by another controller, so there is nothing to suspend here.',
  columns: [{ key: 'made-by', label: 'Made by', as: 'text', value: (object) => madeBy(object), priority: 1 }],
  facts: (object) => [
    ...referenceFact('Made by', object, maker(object)),
    ...(maker(object) === undefined ? fact('Made by', 'a controller that is not named') : []),
    ...artifactFacts(object),
  ],
  source: maker,
  revision: artifactRevision,
  reconciledAt: sourceReconciledAt,
};

function madeBy(object: KubeObject): string | undefined {
  const by = maker(object);
  return by === undefined ? undefined : `${by.kind} ${by.name}`;
}
