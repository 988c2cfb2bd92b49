import type { KubeObject } from '../../../kube/object.ts';
import { fact, intervalFact } from '../facts.ts';
import type { KindDefinition } from '../kind.ts';
import { isTrueAt, textAt } from '../read.ts';
import { sourceGroup } from '../references.ts';
import { shortRevision } from '../revision.ts';
import {
  artifactFacts,
  artifactRevision,
  credentialFacts,
  credentialReferences,
  sourceReconciledAt,
  specInterval,
  specUrl,
  verificationFacts,
} from './source.ts';

/** The artifact asked for, in source-controller's order of precedence: digest, semver, tag; `latest` when nothing is set. */
function wanted(object: KubeObject): string {
  const ref = (key: string) => textAt(object, 'spec', 'ref', key);
  const digest = ref('digest');
  if (digest !== undefined) return `digest ${shortRevision(digest)}`;
  const semver = ref('semver');
  if (semver !== undefined) {
    const filter = ref('semverFilter');
    return filter === undefined ? `semver ${semver}` : `semver ${semver} of ${filter}`;
  }
  return `tag ${ref('tag') ?? 'latest'}`;
}

/** Which layer is taken, and whether it is unpacked. */
function layer(object: KubeObject): string | undefined {
  const mediaType = textAt(object, 'spec', 'layerSelector', 'mediaType');
  const operation = textAt(object, 'spec', 'layerSelector', 'operation');
  if (mediaType === undefined && operation === undefined) return undefined;
  return `${mediaType ?? 'the first'}, ${operation === 'copy' ? 'kept as it is' : 'unpacked'}`;
}

export const ociRepository: KindDefinition = {
  kind: 'OCIRepository',
  plural: 'ocirepositories',
  group: sourceGroup,
  versions: ['v1', 'v1beta2'],
  title: 'OCIRepositories',
  section: 'sources',
  icon: 'k-oci',
  fluxCommand: 'source oci',
  purpose:
    'An OCIRepository fetches manifests or a chart from a container registry and keeps them ready for others to apply.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  columns: [
    { key: 'url', label: 'URL', as: 'url', value: specUrl, priority: 1 },
    { key: 'reference', label: 'Reference', as: 'code', value: wanted, priority: 2 },
  ],
  facts: (object) => [
    ...fact('URL', specUrl(object), 'url'),
    ...fact('Reference', wanted(object), 'code'),
    ...intervalFact(object),
    ...fact('Layer', layer(object), 'code'),
    ...fact('Connection', isTrueAt(object, 'spec', 'insecure') ? 'plain HTTP, not encrypted' : undefined),
    ...credentialFacts(object),
    ...verificationFacts(object),
    ...fact('Made from', textAt(object, 'status', 'artifact', 'metadata', 'org.opencontainers.image.source'), 'url'),
    ...fact(
      'Made at revision',
      textAt(object, 'status', 'artifact', 'metadata', 'org.opencontainers.image.revision'),
      'code',
    ),
    ...artifactFacts(object),
  ],
  references: credentialReferences,
  revision: artifactRevision,
  intervalSeconds: specInterval,
  reconciledAt: sourceReconciledAt,
};
