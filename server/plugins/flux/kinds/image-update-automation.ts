import type { KubeObject } from '../../../kube/object.ts';
import { conditionsOf } from '../conditions.ts';
import { fact, intervalFact, referenceFact } from '../facts.ts';
import { appliersOf, chosenImage, pushBranch, writtenTag } from '../image-use.ts';
import type { KindDefinition, Panel, PanelRow, Surroundings } from '../kind.ts';
import { at, entriesAt, instantAt, latest, textAt } from '../read.ts';
import { imageGroup, referenceAt } from '../references.ts';
import type { Entry } from '../../../kube/cluster.ts';
import { shortRevision } from '../revision.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import { specInterval } from './source.ts';

function source(object: KubeObject) {
  return referenceAt(object, at(object, 'spec', 'sourceRef'), 'GitRepository');
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

function lastCommit(object: KubeObject): string | undefined {
  const commit = textAt(object, 'status', 'lastPushCommit');
  return commit === undefined ? undefined : shortRevision(commit);
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
    { key: 'branch', label: 'Branch', as: 'code', value: pushBranch, priority: 1 },
    {
      key: 'path',
      label: 'Path',
      as: 'code',
      value: (object) => textAt(object, 'spec', 'update', 'path') ?? './',
      priority: 3,
    },
    { key: 'commit', label: 'Last commit', as: 'code', value: lastCommit, priority: 2 },
  ],
  facts: (object) => [
    ...referenceFact('Source', object, source(object)),
    ...fact('Checks out', textAt(object, 'spec', 'git', 'checkout', 'ref', 'branch'), 'code'),
    ...fact('Pushes to', pushBranch(object), 'code'),
    ...fact('Refspec', textAt(object, 'spec', 'git', 'push', 'refspec'), 'code'),
    ...fact('Path', textAt(object, 'spec', 'update', 'path') ?? './', 'code'),
    ...intervalFact(object),
    ...fact('Commits as', author(object)),
    ...fact('Last run', textAt(object, 'status', 'lastAutomationRunTime')),
  ],
  source,
  references: policies,
  revision: (object) => ({ applied: textAt(object, 'status', 'observedSourceRevision'), attempted: undefined }),
  intervalSeconds: specInterval,
  reconciledAt: (object) =>
    instantAt(object, 'status', 'lastAutomationRunTime') ??
    latest(conditionsOf(object).map((condition) => condition.since)),
  panels: (entry, around) => [pushPanel(entry, around), policiesPanel(entry, around)],
};

/** What it wrote into Git last, and who applies that. */
function pushPanel(entry: Entry<FluxSummary>, around: Surroundings): Panel {
  const { object } = entry;
  const commit = textAt(object, 'status', 'lastPushCommit');
  const into = pushBranch(object);
  return {
    id: 'push',
    heading: 'Last push',
    sub: into === undefined ? 'what it wrote into Git' : `into the branch ${into}`,
    facts: [
      ...fact('Commit', commit, 'code'),
      ...fact('Pushed', instantAt(object, 'status', 'lastPushTime')),
      ...fact('Applied by', appliersInWords(entry, around)),
    ],
    ...(commit === undefined && { note: 'It has pushed nothing yet.' }),
  };
}

function appliersInWords(entry: Entry<FluxSummary>, around: Surroundings): string {
  const appliers = appliersOf(entry, around);
  const [first] = appliers;
  if (first === undefined) return 'no Kustomization that you may see';
  return appliers.length === 1 ? `Kustomization ${first.key}` : `${appliers.length} Kustomizations of that path`;
}

/** Each policy it saw at its last run: what it wrote, and whether that is what the policy chooses now. */
function policiesPanel({ object }: Entry<FluxSummary>, around: Surroundings): Panel {
  const rows = policies(object).map((reference): PanelRow => {
    const wrote = writtenTag(object, reference.name);
    const how = wrote === undefined ? '' : `wrote ${wrote}`;
    const policy = around.entry(reference);
    if (policy === undefined) {
      return around.sees(imageGroup, 'ImagePolicy', reference.namespace)
        ? { reference, state: 'failing', how, what: 'It does not exist any more.' }
        : { reference, state: 'forbidden', how, what: 'You may not see it.' };
    }
    const now = chosenImage(policy.object)?.tag;
    if (now === undefined || now === wrote) return { reference, how };
    return { reference, state: 'reconciling', how, what: `It chooses ${now} now; the next run writes that.` };
  });
  return {
    id: 'policies',
    heading: 'Policies it follows',
    sub: 'at its last run',
    rows,
    ...(rows.length === 0 && { note: 'None: it has not run yet, or no policy of its namespace has a tag.' }),
  };
}

function author(object: KubeObject): string | undefined {
  const name = textAt(object, 'spec', 'git', 'commit', 'author', 'name');
  const email = textAt(object, 'spec', 'git', 'commit', 'author', 'email');
  if (name === undefined) return email;
  return email === undefined ? name : `${name} <${email}>`;
}
