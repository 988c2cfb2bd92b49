import { stringify } from 'yaml';
import type { Entry } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { maskObject, maskText } from '../../../mask-credentials.ts';
import { humanDuration, parseDuration } from '../duration.ts';
import { fact } from '../facts.ts';
import { healthOf } from '../health/kstatus.ts';
import type { Panel, PanelBlock, PanelRow, ReadObject, Surroundings } from '../kind.ts';
import { at, entriesAt, instantAt, isTrueAt, listAt, numberAt, textAt } from '../read.ts';
import { groupOfKind, kustomizeGroup, referenceKey, referencesAt, referenceTo } from '../references.ts';
import { shortRevision } from '../revision.ts';
import type { FluxSummary, ObjectReference, ObjectState } from '../summary.ts';

/** What a Kustomization's own page tells beyond its facts: its chain, its health checks, its changes and its past. */
export async function kustomizationPanels(entry: Entry<FluxSummary>, around: Surroundings): Promise<Panel[]> {
  const { object } = entry;
  return [
    ...chainPanel(entry, around),
    ...(await healthPanel(object, around)),
    ...changesPanel(object),
    ...historyPanel(object),
  ];
}

/** So far a chain is followed, and so many of each direction are shown. */
const mostSteps = 12;
const mostShown = 15;

interface Link {
  reference: ObjectReference;
  steps: number;
}

/** Everything that must be ready before it, and everything that waits for it, over all steps. */
function chainPanel(entry: Entry<FluxSummary>, around: Surroundings): Panel[] {
  const self = referenceTo(entry.object);
  const before = follow(self, (reference) => around.entry(reference)?.summary.dependsOn ?? []);
  const dependents = dependentsByKey(around);
  const after = follow(self, (reference) => dependents.get(referenceKey(reference)) ?? []);
  const isLonger = before.some(({ steps }) => steps > 1) || after.some(({ steps }) => steps > 1);
  const isCircle = before.some(({ reference }) => referenceKey(reference) === referenceKey(self));
  if (!isLonger && !isCircle) return [];
  return [
    {
      id: 'chain',
      heading: 'Order',
      sub: 'over all steps of dependsOn',
      ...(isCircle && {
        says: {
          state: 'warning',
          sentence: 'It depends on itself in a circle, so Flux applies none of them.',
        } as const,
      }),
      rows: [
        ...before
          .slice(0, mostShown)
          .toReversed()
          .map((link) => chainRow(link, 'before it', around)),
        { reference: self, how: 'this one', what: '' },
        ...after.slice(0, mostShown).map((link) => chainRow(link, 'after it', around)),
      ],
      ...(Math.max(before.length, after.length) > mostShown && { note: leftOut(before.length, after.length) }),
    },
  ];
}

function leftOut(before: number, after: number): string {
  return `There are ${before} before it and ${after} after it in all; the nearest ${mostShown} of each are shown.`;
}

function chainRow({ reference, steps }: Link, word: string, around: Surroundings): PanelRow {
  const how = steps === 1 ? word : `${steps} steps ${word.replace(' it', '')}`;
  if (around.entry(reference) !== undefined) return { reference, how };
  return around.sees(reference.group, reference.kind, reference.namespace)
    ? { reference, how, state: 'failing', what: 'It does not exist.' }
    : { reference, how, state: 'forbidden', what: 'You may not see it.' };
}

/** What is reached from an object, the nearest first, each once. */
function follow(self: ObjectReference, next: (reference: ObjectReference) => readonly ObjectReference[]): Link[] {
  const seen = new Set<string>();
  const found: Link[] = [];
  let step: readonly ObjectReference[] = [self];
  for (let steps = 1; steps <= mostSteps && step.length > 0; steps += 1) {
    const reached = step.flatMap(next).filter((reference) => {
      const key = referenceKey(reference);
      return !seen.has(key) && seen.add(key);
    });
    found.push(...reached.map((reference) => ({ reference, steps })));
    step = reached;
  }
  return found;
}

function dependentsByKey(around: Surroundings): Map<string, ObjectReference[]> {
  const dependents = new Map<string, ObjectReference[]>();
  for (const { object, summary } of around.entries(kustomizeGroup, 'Kustomization')) {
    for (const reference of summary.dependsOn) {
      const key = referenceKey(reference);
      const known = dependents.get(key);
      if (known === undefined) dependents.set(key, [referenceTo(object)]);
      else known.push(referenceTo(object));
    }
  }
  return dependents;
}

const mostChecks = 50;

/** What must be healthy for it to be ready, and how each of them fares now. */
async function healthPanel(object: KubeObject, around: Surroundings): Promise<Panel[]> {
  const checks = referencesAt(object, listAt(object, 'spec', 'healthChecks'));
  const expressions = listAt(object, 'spec', 'healthCheckExprs');
  const waits = isTrueAt(object, 'spec', 'wait');
  if (checks.length === 0 && expressions.length === 0) return [];
  const shown = waits ? [] : checks.slice(0, mostChecks);
  const foreign = shown.filter((reference) => !isOfFlux(reference));
  const readings = foreign.length === 0 ? [] : await around.read(foreign);
  const readingOf = new Map(foreign.map((reference, index) => [reference, readings[index]]));
  const notes = [
    ...(waits && checks.length > 0
      ? ['It waits for everything it applies, so Flux does not look at spec.healthChecks.']
      : []),
    ...(checks.length > shown.length && !waits ? [`${checks.length - shown.length} more are not shown.`] : []),
  ];
  return [
    {
      id: 'health-checks',
      heading: 'Health checks',
      sub: 'ready only when they are healthy',
      rows: shown.map((reference) => checkRow(reference, readingOf.get(reference), around)),
      facts: expressions.flatMap((each) =>
        (['current', 'inProgress', 'failed'] as const).flatMap((state) =>
          fact(`${textAt(each, 'kind') ?? 'Kind'} is ${expressionWords[state]}`, textAt(each, state), 'code'),
        ),
      ),
      ...(notes.length > 0 && { note: notes.join(' ') }),
    },
  ];
}

function isOfFlux({ group, kind }: ObjectReference): boolean {
  return group !== '' && groupOfKind(kind) === group;
}

const expressionWords = { current: 'healthy if', inProgress: 'on its way if', failed: 'failed if' };

function checkRow(reference: ObjectReference, reading: ReadObject | undefined, around: Surroundings): PanelRow {
  if (isOfFlux(reference)) {
    if (around.entry(reference) !== undefined) return { reference };
    return around.sees(reference.group, reference.kind, reference.namespace)
      ? { reference, state: 'failing', what: 'It does not exist.' }
      : { reference, state: 'forbidden', what: 'You may not see it.' };
  }
  if (reading?.hidden === true) return { reference, state: 'forbidden', what: 'You may not see it.' };
  if (reading?.object === undefined) return { reference, state: 'failing', what: 'It does not exist.' };
  const { state, says } = healthOf(reading.object, around.now);
  return { reference, state, how: says };
}

/** What it does to the manifests while it builds them. */
function changesPanel(object: KubeObject): Panel[] {
  const images = listAt(object, 'spec', 'images').map((image): PanelRow => {
    const tag = textAt(image, 'newTag');
    const digest = textAt(image, 'digest');
    const newName = textAt(image, 'newName');
    const becomes = [
      ...(newName === undefined ? [] : [`is taken from ${newName}`]),
      ...(tag === undefined ? [] : [`has the tag ${tag}`]),
      ...(digest === undefined ? [] : [`has the digest ${digest}`]),
    ];
    return { text: maskText(textAt(image, 'name') ?? ''), how: maskText(becomes.join(', ')) };
  });
  const patches = listAt(object, 'spec', 'patches').map(patchBlock);
  const facts = [
    ...fact('Before each name', textAt(object, 'spec', 'namePrefix'), 'code'),
    ...fact('Behind each name', textAt(object, 'spec', 'nameSuffix'), 'code'),
    ...entriesAt(object, 'spec', 'commonMetadata', 'labels').flatMap(([key, value]) =>
      fact('Label on everything', `${key}: ${String(value)}`, 'code'),
    ),
    ...entriesAt(object, 'spec', 'commonMetadata', 'annotations').flatMap(([key, value]) =>
      fact('Annotation on everything', `${key}: ${String(value)}`, 'code'),
    ),
    ...listAt(object, 'spec', 'ignore').flatMap((rule) =>
      fact(
        'Leaves alone',
        `${listAt(rule, 'paths').join(', ')}${at(rule, 'target') === undefined ? '' : ` of ${targetInWords(at(rule, 'target'))}`}`,
        'code',
      ),
    ),
  ];
  if (images.length + patches.length + facts.length === 0) return [];
  return [
    {
      id: 'changes',
      heading: 'What it changes in the manifests',
      sub: 'after the build of the path itself',
      facts,
      rows: images,
      blocks: patches,
    },
  ];
}

function patchBlock(patch: unknown): PanelBlock {
  const target = at(patch, 'target');
  return {
    label: `Patch of ${target === undefined ? 'what it names itself' : targetInWords(target)}`,
    text: maskText(textAt(patch, 'patch') ?? stringify(maskObject(patch))),
  };
}

/** `Deployment web`, `every object with the label app=web`. */
function targetInWords(target: unknown): string {
  const what = [textAt(target, 'kind') ?? 'every object', textAt(target, 'name')].filter((word) => word !== undefined);
  const namespace = textAt(target, 'namespace');
  const label = textAt(target, 'labelSelector');
  const annotation = textAt(target, 'annotationSelector');
  return [
    what.join(' '),
    ...(namespace === undefined ? [] : [`in ${namespace}`]),
    ...(label === undefined ? [] : [`with the label ${label}`]),
    ...(annotation === undefined ? [] : [`with the annotation ${annotation}`]),
  ].join(' ');
}

/** What kustomize-controller remembers of the builds it has applied, newest first. */
function historyPanel(object: KubeObject): Panel[] {
  const told = listAt(object, 'status', 'history');
  if (told.length === 0) return [];
  return [
    {
      id: 'history',
      heading: 'History',
      sub: 'each build once, newest first',
      rows: told.map((one) => ({
        text: shortRevision(textAt(one, 'metadata', 'revision') ?? textAt(one, 'digest') ?? ''),
        state: historyState(textAt(one, 'lastReconciledStatus')),
        how: historyWords(one),
        since: instantAt(one, 'lastReconciled'),
      })),
    },
  ];
}

function historyState(status: string | undefined): ObjectState {
  if (status === 'ReconciliationSucceeded') return 'ready';
  return status === undefined ? 'none' : 'failing';
}

function historyWords(one: unknown): string {
  const times = numberAt(one, 'totalReconciliations');
  const seconds = parseDuration(textAt(one, 'lastReconciledDuration'));
  const status = textAt(one, 'lastReconciledStatus');
  return [
    ...(status === undefined || status === 'ReconciliationSucceeded' ? [] : [status]),
    ...(times === undefined ? [] : [times === 1 ? 'once' : `${times.toLocaleString('en-GB')} times`]),
    ...(seconds === undefined
      ? []
      : [`last took ${seconds < 1 ? 'less than 1 s' : humanDuration(Math.round(seconds))}`]),
  ].join(', ');
}
