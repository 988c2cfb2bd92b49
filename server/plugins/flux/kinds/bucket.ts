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
} from './source.ts';

export const bucket: KindDefinition = {
  kind: 'Bucket',
  plural: 'buckets',
  group: sourceGroup,
  versions: ['v1'],
  title: 'Buckets',
  section: 'sources',
  icon: 'k-bucket',
  fluxCommand: 'source bucket',
  purpose: 'A Bucket fetches the files of an S3-compatible bucket and keeps them ready for others to apply.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  columns: [
    {
      key: 'endpoint',
      label: 'Endpoint',
      as: 'code',
      value: (object) => textAt(object, 'spec', 'endpoint'),
      priority: 1,
    },
    {
      key: 'bucket',
      label: 'Bucket',
      as: 'code',
      value: (object) => textAt(object, 'spec', 'bucketName'),
      priority: 2,
    },
  ],
  facts: (object) => [
    ...fact('Endpoint', textAt(object, 'spec', 'endpoint'), 'code'),
    ...fact('Bucket', textAt(object, 'spec', 'bucketName'), 'code'),
    ...fact('Folder', textAt(object, 'spec', 'prefix'), 'code'),
    ...fact('Region', textAt(object, 'spec', 'region')),
    ...intervalFact(object),
    ...fact('Connection', isTrueAt(object, 'spec', 'insecure') ? 'plain HTTP, not encrypted' : undefined),
    ...fact('Ignores', textAt(object, 'spec', 'ignore'), 'code'),
    ...credentialFacts(object),
    ...artifactFacts(object),
  ],
  references: credentialReferences,
  revision: artifactRevision,
  intervalSeconds: specInterval,
  reconciledAt: sourceReconciledAt,
};
