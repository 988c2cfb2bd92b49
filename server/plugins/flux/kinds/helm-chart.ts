import type { KubeObject } from '../../../kube/object.ts';
import { choiceFact, fact, intervalFact, referenceFact } from '../facts.ts';
import type { KindDefinition } from '../kind.ts';
import { at, listAt, textAt } from '../read.ts';
import { referenceAt, sourceGroup } from '../references.ts';
import {
  artifactFacts,
  artifactRevision,
  credentialReferences,
  sourceReconciledAt,
  specInterval,
  verificationFacts,
} from './source.ts';

function source(object: KubeObject) {
  return referenceAt(object, at(object, 'spec', 'sourceRef'));
}

export const helmChart: KindDefinition = {
  kind: 'HelmChart',
  plural: 'helmcharts',
  group: sourceGroup,
  versions: ['v1'],
  title: 'HelmCharts',
  section: 'sources',
  icon: 'k-helmchart',
  fluxCommand: 'source chart',
  purpose: 'A HelmChart fetches one chart in one version. Most are made by a HelmRelease for itself.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: true },
  columns: [
    { key: 'chart', label: 'Chart', as: 'code', value: (object) => textAt(object, 'spec', 'chart'), priority: 1 },
    {
      key: 'version',
      label: 'Version',
      as: 'code',
      value: (object) => textAt(object, 'spec', 'version') ?? '*',
      priority: 2,
    },
  ],
  facts: (object) => [
    ...fact('Chart', textAt(object, 'spec', 'chart'), 'code'),
    ...fact('Version', textAt(object, 'spec', 'version') ?? 'any (*)', 'code'),
    ...referenceFact('Source', object, source(object)),
    ...intervalFact(object),
    ...fact(
      'New artifact',
      textAt(object, 'spec', 'reconcileStrategy') === 'Revision'
        ? 'with every revision of the source'
        : 'with every version of the chart',
    ),
    ...fact(
      'Values files',
      listAt(object, 'spec', 'valuesFiles')
        .filter((file) => typeof file === 'string')
        .join(', '),
      'code',
    ),
    ...choiceFact('Missing values files', object, ['ignoreMissingValuesFiles'], 'are ignored', 'are an error'),
    ...verificationFacts(object),
    ...artifactFacts(object),
  ],
  source,
  references: credentialReferences,
  revision: artifactRevision,
  intervalSeconds: specInterval,
  reconciledAt: sourceReconciledAt,
};
