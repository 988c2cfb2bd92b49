import type { KubeObject } from '../../../kube/object.ts';
import { maskObject, maskText } from '../../../mask-credentials.ts';
import { operatorReconcileAnnotation } from '../annotations.ts';
import { fact, referenceFacts } from '../facts.ts';
import type { KindDefinition, Panel } from '../kind.ts';
import { entriesAt, instantAt, isTrueAt, listAt, textAt } from '../read.ts';
import { localReference, operatorGroup } from '../references.ts';
import { annotatedInterval, annotatedIntervalFact, operatorReconciledAt } from './operator.ts';
import { specUrl } from './source.ts';

const everySeconds = 600;
const shownInputs = 20;

/** What each type reads, in words; a type that is not known here is shown as it is written. */
const things: Record<string, string> = { Branch: 'branches', Tag: 'tags', PullRequest: 'pull requests' };
const hosts: Record<string, string> = {
  GitHub: 'GitHub',
  GitLab: 'GitLab',
  AzureDevOps: 'Azure DevOps',
  AWSCodeCommit: 'AWS CodeCommit',
  Gitea: 'Gitea',
};

/** `pull requests of GitHub`, `tags of an OCI artifact`, `fixed values`. */
function inputType(object: KubeObject): string | undefined {
  const type = textAt(object, 'spec', 'type');
  switch (type) {
    case undefined:
      return undefined;
    case 'Static':
      return 'fixed values';
    case 'ExternalService':
      return 'answers of a service';
    case 'ExternalArtifact':
      return 'ExternalArtifacts of the cluster';
    case 'GitLabMergeRequest':
      return 'merge requests of GitLab';
    case 'GitLabEnvironment':
      return 'environments of GitLab';
    default: {
      if (type.endsWith('ArtifactTag')) return 'tags of an OCI artifact';
      const [, host = '', thing = ''] = /^(.*?)(Branch|Tag|PullRequest)$/.exec(type) ?? [];
      const of = hosts[host];
      const what = things[thing];
      return of === undefined || what === undefined ? type : `${what} of ${of}`;
    }
  }
}

/** The inputs that the provider gives to its users now. */
export function exportedInputs(object: KubeObject): readonly unknown[] {
  return listAt(object, 'status', 'exportedInputs');
}

/** `branch=main, id=4`: an input in one line, masked; what is nested comes as JSON. */
export function inputInWords(input: unknown): string {
  return entriesAt(maskObject(input))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .map((text) => maskText(text))
    .join(', ');
}

function inputsPanel(object: KubeObject): Panel[] {
  const inputs = exportedInputs(object);
  const left = inputs.length - shownInputs;
  return [
    {
      id: 'inputs',
      heading: 'Exported inputs',
      sub: 'what ResourceSets take from it',
      rows: inputs.slice(0, shownInputs).map((input) => ({ text: inputInWords(input) })),
      ...(inputs.length === 0 && { note: 'None now.' }),
      ...(left > 0 && { note: `And ${left} more.` }),
    },
  ];
}

function filters(object: KubeObject) {
  return [
    ...fact('Only branches like', textAt(object, 'spec', 'filter', 'includeBranch'), 'code'),
    ...fact('Never branches like', textAt(object, 'spec', 'filter', 'excludeBranch'), 'code'),
    ...fact('Only tags like', textAt(object, 'spec', 'filter', 'includeTag'), 'code'),
    ...fact('Never tags like', textAt(object, 'spec', 'filter', 'excludeTag'), 'code'),
    ...fact(
      'Only with labels',
      listAt(object, 'spec', 'filter', 'labels')
        .filter((label) => typeof label === 'string')
        .join(', '),
      'code',
    ),
    ...fact('Only versions', textAt(object, 'spec', 'filter', 'semver'), 'code'),
    ...fact('At most', textAt(object, 'spec', 'filter', 'limit')),
  ];
}

export const resourceSetInputProvider: KindDefinition = {
  kind: 'ResourceSetInputProvider',
  plural: 'resourcesetinputproviders',
  group: operatorGroup,
  versions: ['v1'],
  title: 'ResourceSetInputProviders',
  section: 'flux-operator',
  icon: 'k-input-provider',
  fluxCommand: undefined,
  purpose:
    'A ResourceSetInputProvider reads inputs from outside: pull requests, branches, tags. ResourceSets make objects for each.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  suspendAnnotation: operatorReconcileAnnotation,
  columns: [
    { key: 'type', label: 'Reads', as: 'text', value: inputType, priority: 1 },
    { key: 'url', label: 'URL', as: 'url', value: specUrl, priority: 3 },
    {
      key: 'inputs',
      label: 'Inputs',
      as: 'text',
      value: (object) => String(exportedInputs(object).length),
      priority: 2,
    },
  ],
  facts: (object) => [
    ...fact('Reads', inputType(object)),
    ...fact('URL', specUrl(object), 'url'),
    ...filters(object),
    ...annotatedIntervalFact(object, everySeconds),
    ...fact(
      'Only at',
      listAt(object, 'spec', 'schedule')
        .map((item) => textAt(item, 'cron'))
        .filter((cron) => cron !== undefined)
        .join(' and '),
      'code',
    ),
    ...fact('Next at', instantAt(object, 'status', 'nextSchedule', 'when')),
    ...fact('Connection', isTrueAt(object, 'spec', 'insecure') ? 'plain HTTP, not encrypted' : undefined),
    ...referenceFacts('Credentials', object, localReference(object, 'Secret', 'secretRef', 'name')),
    ...referenceFacts('Certificates', object, localReference(object, 'Secret', 'certSecretRef', 'name')),
    ...referenceFacts('Acts as', object, localReference(object, 'ServiceAccount', 'serviceAccountName')),
  ],
  references: (object) => [
    ...localReference(object, 'Secret', 'secretRef', 'name'),
    ...localReference(object, 'Secret', 'certSecretRef', 'name'),
    ...localReference(object, 'ServiceAccount', 'serviceAccountName'),
  ],
  revision: (object) => ({ applied: textAt(object, 'status', 'lastExportedRevision'), attempted: undefined }),
  intervalSeconds: (object) => annotatedInterval(object, everySeconds),
  reconciledAt: operatorReconciledAt,
  panels: ({ object }) => inputsPanel(object),
};
