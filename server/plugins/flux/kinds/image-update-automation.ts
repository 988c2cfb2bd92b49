import type { KubeObject } from '../../../kube/object.ts';
import { conditionsOf } from '../conditions.ts';
import { fact, intervalFact, referenceFact } from '../facts.ts';
import type { KindDefinition } from '../kind.ts';
import { at, entriesAt, instantAt, latest, textAt } from '../read.ts';
import { imageGroup, referenceAt } from '../references.ts';
import type { ObjectReference } from '../summary.ts';
import { specInterval } from './source.ts';

function source(object: KubeObject) {
  return referenceAt(object, at(object, 'spec', 'sourceRef'), 'GitRepository');
}

/** The branch it commits to: the one to push to, else the one it checked out. */
function branch(object: KubeObject): string | undefined {
  return textAt(object, 'spec', 'git', 'push', 'branch') ?? textAt(object, 'spec', 'git', 'checkout', 'ref', 'branch');
}

/** The policies it saw at its last run. */
function policies(object: KubeObject): ObjectReference[] {
  const namespace = textAt(object, 'metadata', 'namespace');
  return entriesAt(object, 'status', 'observedPolicies').map(([name]) => ({
    group: imageGroup,
    kind: 'ImagePolicy',
    namespace,
    name,
  }));
}

export const imageUpdateAutomation: KindDefinition = {
  kind: 'ImageUpdateAutomation',
  plural: 'imageupdateautomations',
  group: imageGroup,
  versions: ['v1', 'v1beta2'],
  title: 'ImageUpdateAutomations',
  section: 'images-and-notifications',
  icon: 'k-image-update',
  fluxCommand: 'image update',
  purpose:
    'An ImageUpdateAutomation writes the tags that image policies chose into files of a Git repository and pushes the commit.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  columns: [
    { key: 'branch', label: 'Branch', as: 'code', value: branch, priority: 1 },
    {
      key: 'path',
      label: 'Path',
      as: 'code',
      value: (object) => textAt(object, 'spec', 'update', 'path') ?? './',
      priority: 2,
    },
  ],
  facts: (object) => [
    ...referenceFact('Source', object, source(object)),
    ...fact('Checks out', textAt(object, 'spec', 'git', 'checkout', 'ref', 'branch'), 'code'),
    ...fact('Pushes to', branch(object), 'code'),
    ...fact('Refspec', textAt(object, 'spec', 'git', 'push', 'refspec'), 'code'),
    ...fact('Path', textAt(object, 'spec', 'update', 'path') ?? './', 'code'),
    ...intervalFact(object),
    ...fact('Commits as', author(object)),
    ...fact('Last run', textAt(object, 'status', 'lastAutomationRunTime')),
    ...fact('Last commit', textAt(object, 'status', 'lastPushCommit'), 'code'),
    ...fact('Last push', textAt(object, 'status', 'lastPushTime')),
    ...fact(
      'Policies',
      policies(object)
        .map(({ name }) => name)
        .join(', '),
      'code',
    ),
  ],
  source,
  references: policies,
  revision: (object) => ({ applied: textAt(object, 'status', 'observedSourceRevision'), attempted: undefined }),
  intervalSeconds: specInterval,
  reconciledAt: (object) =>
    instantAt(object, 'status', 'lastAutomationRunTime') ??
    latest(conditionsOf(object).map((condition) => condition.since)),
};

function author(object: KubeObject): string | undefined {
  const name = textAt(object, 'spec', 'git', 'commit', 'author', 'name');
  const email = textAt(object, 'spec', 'git', 'commit', 'author', 'email');
  if (name === undefined) return email;
  return email === undefined ? name : `${name} <${email}>`;
}
