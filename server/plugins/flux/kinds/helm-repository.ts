import type { KubeObject } from '../../../kube/object.ts';
import { fact, intervalFact } from '../facts.ts';
import type { KindDefinition } from '../kind.ts';
import { isTrueAt, textAt } from '../read.ts';
import { sourceGroup } from '../references.ts';
import {
  artifactFacts,
  artifactRevision,
  credentialFacts,
  credentialReferences,
  sourceReconciledAt,
  specInterval,
  specUrl,
} from './source.ts';

function isOci(object: KubeObject): boolean {
  return textAt(object, 'spec', 'type') === 'oci';
}

export const helmRepository: KindDefinition = {
  kind: 'HelmRepository',
  plural: 'helmrepositories',
  group: sourceGroup,
  versions: ['v1'],
  title: 'HelmRepositories',
  section: 'sources',
  icon: 'k-helmrepo',
  fluxCommand: 'source helm',
  purpose:
    'A HelmRepository says where charts are: an index over HTTP that is fetched, or a container registry that is only named.',
  statusless: isOci,
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  neverReconciled: (object) =>
    isOci(object)
      ? 'A HelmRepository of type oci only names a registry: there is nothing to reconcile. Its HelmCharts fetch from it.'
      : undefined,
  columns: [
    { key: 'url', label: 'URL', as: 'url', value: specUrl, priority: 1 },
    {
      key: 'type',
      label: 'Type',
      as: 'text',
      value: (object) => (isOci(object) ? 'OCI registry' : 'HTTP index'),
      priority: 2,
    },
  ],
  facts: (object) => [
    ...fact('URL', specUrl(object), 'url'),
    ...fact('Type', isOci(object) ? 'OCI registry' : 'HTTP index'),
    ...intervalFact(object),
    ...fact('Connection', isTrueAt(object, 'spec', 'insecure') ? 'plain HTTP, not encrypted' : undefined),
    ...fact(
      'Credentials go to',
      isTrueAt(object, 'spec', 'passCredentials') ? 'every host that charts are fetched from' : undefined,
    ),
    ...credentialFacts(object),
    ...artifactFacts(object),
  ],
  references: credentialReferences,
  revision: artifactRevision,
  intervalSeconds: specInterval,
  reconciledAt: sourceReconciledAt,
};
