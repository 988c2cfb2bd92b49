import type { KubeObject } from '../../../kube/object.ts';
import { fact, intervalFact, referenceFacts } from '../facts.ts';
import type { KindDefinition } from '../kind.ts';
import { isTrueAt, listAt, textAt } from '../read.ts';
import { referencesAt, sourceGroup } from '../references.ts';
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

/** The checkout asked for, in source-controller's order of precedence: commit, name, semver, tag, branch. */
function checkout(object: KubeObject): string {
  const ref = (key: string) => textAt(object, 'spec', 'ref', key);
  const commit = ref('commit');
  if (commit !== undefined)
    return `commit ${shortRevision(commit)}${ref('branch') === undefined ? '' : ` of ${ref('branch')}`}`;
  const name = ref('name');
  if (name !== undefined) return name;
  const semver = ref('semver');
  if (semver !== undefined) return `semver ${semver}`;
  const tag = ref('tag');
  return tag === undefined ? `branch ${ref('branch') ?? 'master'}` : `tag ${tag}`;
}

function includes(object: KubeObject) {
  return referencesAt(
    object,
    listAt(object, 'spec', 'include').map((include) => ({ name: textAt(include, 'repository', 'name') })),
    'GitRepository',
  );
}

export const gitRepository: KindDefinition = {
  kind: 'GitRepository',
  plural: 'gitrepositories',
  group: sourceGroup,
  versions: ['v1'],
  title: 'GitRepositories',
  section: 'sources',
  icon: 'k-git',
  fluxCommand: 'source git',
  purpose:
    'A GitRepository fetches one branch, tag or commit of a Git repository and keeps it ready for others to apply.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  columns: [
    { key: 'url', label: 'URL', as: 'url', value: specUrl, priority: 1 },
    { key: 'reference', label: 'Reference', as: 'code', value: checkout, priority: 2 },
  ],
  facts: (object) => [
    ...fact('URL', specUrl(object), 'url'),
    ...fact('Reference', checkout(object), 'code'),
    ...intervalFact(object),
    ...credentialFacts(object),
    ...verificationFacts(object),
    ...fact('Submodules', isTrueAt(object, 'spec', 'recurseSubmodules') ? 'fetched too' : undefined),
    ...fact(
      'Only folders',
      listAt(object, 'spec', 'sparseCheckout')
        .filter((path) => typeof path === 'string')
        .join(', '),
      'code',
    ),
    ...fact('Ignores', textAt(object, 'spec', 'ignore'), 'code'),
    ...referenceFacts('Includes', object, includes(object)),
    ...artifactFacts(object),
  ],
  dependsOn: includes,
  references: credentialReferences,
  revision: artifactRevision,
  intervalSeconds: specInterval,
  reconciledAt: sourceReconciledAt,
};
