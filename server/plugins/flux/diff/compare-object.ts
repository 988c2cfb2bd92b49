import type { AccessRule } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import type { Address } from '../../../kube/object-reader.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { withHiddenChanges } from '../../../text-diff/hidden-changes.ts';
import type { BuildResult } from '../build/build-result.ts';
import { rightInWords } from '../pages/words.ts';
import { referenceTo } from '../references.ts';
import { comparable, isSame } from './comparable.ts';
import type { ObjectDiff, ObjectProblem } from './diff.ts';
import {
  differsWhereFluxApplied,
  withEmptyParts,
  withoutDropped,
  withoutTakenOver,
  writersOfDifferences,
} from './field-owners.ts';
import { isForced, isMerged, whySkipped } from './flux-rules.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import { laidOver } from './laid-over.ts';
import { dropsUnknownFields, normalised, undeclaredFields, withoutField } from './normalise.ts';
import type { LiveObject } from './read-live.ts';
import { tryApply } from './try-apply.ts';
import type { Trial } from './try-apply.ts';

/** What all objects of one comparison share. */
export interface Comparing {
  cluster: Cluster;
  identity: Identity;
  signal: AbortSignal;
  kustomization: KubeObject;
  build: Pick<BuildResult, 'shown' | 'shownText'>;
  ignored: IgnoreRules;
  /** The build is of what was applied the last time: whatever differs was changed in the cluster. */
  isApplied: boolean;
}

/** etcd takes no larger objects unless it is told to; a trial does not get so far. */
const largestStored = 1_500_000;
const longestName = 253;

const nothing = {
  before: undefined,
  after: undefined,
  origin: undefined,
  writers: [],
  notes: [],
  problem: undefined,
} as const;

/** An object about which nothing more is to be said. */
export function told(built: KubeObject, change: ObjectDiff['change'], more: Partial<ObjectDiff> = {}): ObjectDiff {
  return { ...nothing, reference: referenceTo(built), apiVersion: built.apiVersion, change, ...more };
}

/** A problem with no right missing. */
export function problemOf(kind: ObjectProblem['kind'], message: string): ObjectProblem {
  return { kind, message, missing: [] };
}

/** Compares one built object with the cluster: what would applying it change? Throws only what aborts. */
export async function compareObject(
  comparing: Comparing,
  source: KubeObject,
  address: Address,
  { found: live, error }: LiveObject,
): Promise<ObjectDiff> {
  const { cluster, identity, kustomization, build } = comparing;
  const built = live === undefined ? normalised(source) : withEmptyParts(normalised(source), live);
  const skipped = whySkipped(built, live);
  if (skipped !== undefined) return told(built, 'skipped', { notes: [skipped] });
  if (error !== undefined && error.kind !== 'forbidden')
    return told(built, 'unknown', { problem: problemOf('failed', build.shownText(error.message)) });

  const missing = await missingRights(cluster, identity, address, live === undefined && error === undefined);
  if (missing.length > 0) return withoutTrial(comparing, built, live, error, missing);

  const trial = await tryThoroughly(comparing, address, built);
  if (!('result' in trial.outcome)) {
    const { failure, message, missing: lacking } = trial.outcome;
    if (failure === 'invalid' && live !== undefined && isForced(kustomization, built, live))
      return recreated(comparing, built, address, live, message);
    const kind = failure === 'invalid' ? 'refused' : failure;
    const problem = { kind, message: build.shownText(message), missing: lacking };
    return told(built, kind === 'refused' ? 'refused' : 'unknown', { problem, notes: immutableNote(message) });
  }
  const notes = [...trial.notes, ...sizeNote(built)];
  const { result } = trial.outcome;
  // Who may not read an object does not get to read it by trying to change it.
  if (error !== undefined)
    return told(built, 'unknown', {
      problem: { kind: 'forbidden', message: cannotRead(error.missing), missing: error.missing },
    });
  if (live === undefined) return told(built, 'create', { after: shownOf(comparing, result), notes });
  const settled = isMerged(built, live) ? undefined : withoutTakenOver(result);
  if (settled !== undefined)
    notes.push('Fields that kubectl has set and the source does not name are taken over and removed by Flux.');
  return updated(comparing, built, live, settled ?? result, notes);
}

async function missingRights(
  cluster: Cluster,
  identity: Identity,
  { resource: { group, resource }, namespace, name }: Address,
  isNew: boolean,
): Promise<AccessRule[]> {
  const where = { group, resource, ...(namespace !== undefined && { namespace }) };
  const rules: AccessRule[] = [{ verb: 'patch', ...where, name }, ...(isNew ? [{ verb: 'create', ...where }] : [])];
  return cluster.access.missing(identity, rules);
}

function cannotRead(missing: readonly AccessRule[]): string {
  return `You may not read it, so it cannot be compared: you lack ${missing.map(rightInWords).join(' and ')}.`;
}

/** A trial in which unknown fields are left out where Flux leaves them out. */
async function tryThoroughly(
  comparing: Comparing,
  address: Address,
  built: KubeObject,
): Promise<{ outcome: Trial; notes: string[] }> {
  const notes: string[] = [];
  let object = built;
  let outcome = await tryApply(comparing, address, object);
  for (let round = 0; round < 3 && !('result' in outcome) && dropsUnknownFields(built); round += 1) {
    const fields = undeclaredFields(outcome.message);
    if (fields.length === 0) break;
    for (const field of fields) {
      object = withoutField(object, field) ?? object;
      notes.push(`Kubernetes knows no field ${comparing.build.shownText(field.slice(1))} here; Flux leaves it out.`);
    }
    outcome = await tryApply(comparing, address, object);
  }
  return { outcome, notes };
}

function updated(
  comparing: Comparing,
  built: KubeObject,
  live: KubeObject,
  result: KubeObject,
  notes: readonly string[],
): ObjectDiff {
  const { ignored } = comparing;
  const ignoring = ignored.concern(result)
    ? ['Some of its fields are ignored by spec.ignore of the Kustomization, and not compared.']
    : [];
  const [before, after] = [ignored.without(comparable(live)), ignored.without(comparable(result))];
  if (isSame(before, after)) return told(built, 'none', { notes: [...notes, ...ignoring] });
  const writers = writersOfDifferences(live, result);
  const shown = bothShown(comparing, before, after);
  const unseen = isSame(shown.before, shown.after) ? ['Only hidden values differ.'] : [];
  return told(built, 'update', {
    ...shown,
    origin: originOf(comparing, live, result, writers.length > 0),
    writers,
    notes: [...notes, ...ignoring, ...unseen],
  });
}

function originOf(
  { isApplied }: Comparing,
  live: KubeObject,
  result: KubeObject,
  hasWriters: boolean,
): ObjectDiff['origin'] {
  if (isApplied) return 'cluster';
  if (!hasWriters) return 'source';
  return differsWhereFluxApplied(live, result) ? 'both' : 'cluster';
}

/** Both sides as they may be read; a hidden value that changes says so. */
function bothShown({ build }: Comparing, before: KubeObject, after: KubeObject) {
  const [shownBefore, shownAfter] = [build.shown(before), build.shown(after)];
  return { before: shownBefore, after: withHiddenChanges(before, after, shownBefore, shownAfter) as KubeObject };
}

function shownOf({ build }: Comparing, object: KubeObject): KubeObject {
  return build.shown(comparable(object));
}

/** Flux deletes it and makes it again. Whether that works is tried under a name that is free. */
async function recreated(
  comparing: Comparing,
  built: KubeObject,
  address: Address,
  live: KubeObject,
  why: string,
): Promise<ObjectDiff> {
  const { build } = comparing;
  const name = `${address.name.slice(0, longestName - 10)}-recreated`;
  const anew = await tryApply(comparing, { ...address, name }, { ...built, metadata: { ...built.metadata, name } });
  const notes = [`Flux deletes it and makes it again, because of force. ${build.shownText(why)}`];
  if (!('result' in anew)) {
    const message = `Flux would delete it, and could then not make it again: ${build.shownText(anew.message.replaceAll(name, address.name))}`;
    return told(built, 'recreate', { before: shownOf(comparing, live), notes, problem: problemOf('refused', message) });
  }
  const result = { ...anew.result, metadata: { ...anew.result.metadata, name: address.name } };
  return told(built, 'recreate', { ...bothShown(comparing, comparable(live), comparable(result)), notes });
}

function immutableNote(message: string): string[] {
  return /immutable|may not be changed|updates to .* are forbidden/i.test(message)
    ? ['A field differs that cannot be changed. With force, Flux would delete the object and make it again.']
    : [];
}

function sizeNote(built: KubeObject): string[] {
  return JSON.stringify(built).length > largestStored
    ? ['It is larger than the cluster stores by default (1.5 MB): the trial passes, applying may fail.']
    : [];
}

/** Who may not try gets the built fields laid over the live object. */
function withoutTrial(
  comparing: Comparing,
  built: KubeObject,
  live: KubeObject | undefined,
  error: LiveObject['error'],
  missing: readonly AccessRule[],
): ObjectDiff {
  const lacking = missing.map(rightInWords).join(' and ');
  if (error !== undefined) {
    const all = [...error.missing, ...missing];
    const message = `You may neither read nor try it: you lack ${all.map(rightInWords).join(' and ')}.`;
    return told(built, 'unknown', { problem: { kind: 'forbidden', message, missing: all } });
  }
  const message =
    `It was not tried with the API server, because you lack ${lacking}: ` +
    'defaults, webhooks and validation are not applied here.';
  const problem: ObjectProblem = { kind: 'limited', message, missing };
  if (live === undefined) return told(built, 'create', { after: shownOf(comparing, built), problem });
  return { ...updated(comparing, built, live, laidOver(withoutDropped(live, built), built), []), problem };
}
