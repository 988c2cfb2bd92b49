import type { KubeObject } from '../../../kube/object.ts';
import { operatorReconcileAnnotation } from '../annotations.ts';
import { choiceFact, fact, referenceFacts } from '../facts.ts';
import { inventorySize } from '../inventory.ts';
import type { KindDefinition, Panel, PanelRow, Surroundings } from '../kind.ts';
import { labelsMatch } from '../match-labels.ts';
import { at, listAt, textAt } from '../read.ts';
import { localReference, operatorGroup, referencesAt, referenceTo } from '../references.ts';
import type { ObjectReference } from '../summary.ts';
import { annotatedInterval, annotatedIntervalFact, operatorReconciledAt } from './operator.ts';
import { exportedInputs, inputInWords } from './resource-set-input-provider.ts';

const everySeconds = 3600;
const shownInputs = 10;

function dependsOn(object: KubeObject): ObjectReference[] {
  return referencesAt(object, listAt(object, 'spec', 'dependsOn'));
}

/** The input providers named outright; those chosen by labels are known only by looking. */
function namedProviders(object: KubeObject): ObjectReference[] {
  return referencesAt(object, listAt(object, 'spec', 'inputsFrom'), 'ResourceSetInputProvider').map((reference) => ({
    ...reference,
    group: operatorGroup,
  }));
}

function inlineInputs(object: KubeObject): readonly unknown[] {
  return listAt(object, 'spec', 'inputs');
}

/** `3 templates`, `4 steps`. */
function makes(object: KubeObject): string | undefined {
  const steps = listAt(object, 'spec', 'steps').length;
  if (steps > 0) return `${steps} ${steps === 1 ? 'step' : 'steps'}, one after the other`;
  const templates = listAt(object, 'spec', 'resources').length;
  const isText = textAt(object, 'spec', 'resourcesTemplate') !== undefined;
  const parts = [
    templates === 0 ? undefined : `${templates} ${templates === 1 ? 'template' : 'templates'}`,
    isText ? 'one text template' : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' and ');
}

function inputsInWords(object: KubeObject): string | undefined {
  const own = inlineInputs(object).length;
  const from = listAt(object, 'spec', 'inputsFrom').map((item) => textAt(item, 'name') ?? 'those with labels');
  const parts = [
    own === 0 ? undefined : `${own} of its own`,
    from.length === 0 ? undefined : `from ${from.join(', ')}`,
  ];
  const said = parts.filter((part) => part !== undefined).join(', ');
  return said === '' ? undefined : said;
}

/** Which providers give it inputs now: by name, or those of its namespace with the labels. */
function providers(object: KubeObject, around: Surroundings): ObjectReference[] {
  const chosen = listAt(object, 'spec', 'inputsFrom').flatMap((item) => {
    const selector = at(item, 'selector');
    if (selector === undefined) return [];
    return [...around.entries(operatorGroup, 'ResourceSetInputProvider')]
      .filter(
        (entry) =>
          entry.object.metadata.namespace === object.metadata.namespace &&
          labelsMatch(entry.object.metadata.labels, selector),
      )
      .map((entry) => referenceTo(entry.object));
  });
  return [...namedProviders(object), ...chosen];
}

function inputsPanel(object: KubeObject, around: Surroundings): Panel[] {
  const own = inlineInputs(object);
  const from = providers(object, around);
  if (own.length === 0 && from.length === 0) return [];
  const rows: PanelRow[] = [
    ...from.map((reference): PanelRow => {
      const entry = around.entry(reference);
      if (entry !== undefined) {
        const count = exportedInputs(entry.object).length;
        return { reference, how: `${count} ${count === 1 ? 'input' : 'inputs'}` };
      }
      return around.sees(operatorGroup, 'ResourceSetInputProvider', reference.namespace)
        ? { reference, state: 'failing', how: 'input provider', what: 'It does not exist.' }
        : { reference, state: 'forbidden', how: 'input provider', what: 'You may not see it.' };
    }),
    ...own.slice(0, shownInputs).map((input): PanelRow => ({ text: inputInWords(input), how: 'its own' })),
  ];
  const strategy = textAt(object, 'spec', 'inputStrategy', 'name');
  const left = own.length - Math.min(own.length, shownInputs);
  return [
    {
      id: 'inputs',
      heading: 'Inputs',
      sub: strategy === 'Permute' ? 'each combined with each' : 'one set of objects for each',
      rows,
      ...(left > 0 && { note: `And ${left} more of its own.` }),
    },
  ];
}

export const resourceSet: KindDefinition = {
  kind: 'ResourceSet',
  plural: 'resourcesets',
  group: operatorGroup,
  versions: ['v1'],
  title: 'ResourceSets',
  section: 'flux-operator',
  icon: 'k-resource-set',
  fluxCommand: undefined,
  purpose:
    'A ResourceSet makes the same set of objects again for each of its inputs: each tenant, each branch, each tag.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  suspendAnnotation: operatorReconcileAnnotation,
  columns: [
    { key: 'makes', label: 'Makes', as: 'text', value: makes, priority: 2 },
    { key: 'inputs', label: 'Inputs', as: 'text', value: inputsInWords, priority: 1 },
  ],
  facts: (object) => [
    ...fact('Makes', makes(object)),
    ...fact('Inputs', inputsInWords(object)),
    ...referenceFacts('Depends on', object, dependsOn(object)),
    ...choiceFact('Waits', object, ['wait'], 'until all it made is healthy', 'for nothing'),
    ...annotatedIntervalFact(object, everySeconds),
    ...referenceFacts('Acts as', object, localReference(object, 'ServiceAccount', 'serviceAccountName')),
  ],
  dependsOn,
  references: (object) => [
    ...namedProviders(object),
    ...localReference(object, 'ServiceAccount', 'serviceAccountName'),
  ],
  revision: (object) => ({ applied: textAt(object, 'status', 'lastAppliedRevision'), attempted: undefined }),
  intervalSeconds: (object) => annotatedInterval(object, everySeconds),
  reconciledAt: operatorReconciledAt,
  owns: inventorySize,
  panels: ({ object }, around) => inputsPanel(object, around),
};
