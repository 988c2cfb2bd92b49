import type { AccessRule } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import type { Address } from '../../../kube/object-reader.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { BuildResult } from '../build/build-result.ts';
import { hasMoreValues, isLarger } from '../large/is-larger.ts';
import { unlessLarge } from '../large/unless-large.ts';
import { rightInWords } from '../pages/words.ts';
import { referenceTo } from '../references.ts';
import type { ObjectDiff, ObjectProblem } from './diff.ts';
import { isForced, whySkipped } from './flux-rules.ts';
import type { Judged } from './judge-object.ts';
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
  build: Pick<BuildResult, 'hidden' | 'isLarge' | 'shown' | 'shownText'>;
  /** The build is of what was applied the last time: whatever differs was changed in the cluster. */
  isApplied: boolean;
}

/** etcd takes no larger objects unless it is told to; a trial does not get so far. */
const largestStored = 1_500_000;
const tooLarge =
  'It is larger than the cluster stores by default, 1.5 MB, and is not compared: applying it is likely to fail.';
/** The API server's answer has each value several times over, and it is read in one go. */
const mostValues = 25_000;
const tooMany = 'It holds more than 25,000 values, and is not compared.';
const longestName = 253;

/** What is told of an object until something is found. */
export const nothing = {
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
  const { cluster, identity, kustomization, build, signal } = comparing;
  const skipped = whySkipped(source, live);
  if (skipped !== undefined) return told(source, 'skipped', { notes: [skipped] });
  if (error !== undefined && error.kind !== 'forbidden')
    return told(source, 'unknown', { problem: problemOf('failed', build.shownText(error.message)) });
  if (isLarger(source, largestStored)) return told(source, 'unknown', { problem: problemOf('failed', tooLarge) });
  if (hasMoreValues(source, mostValues)) return told(source, 'unknown', { problem: problemOf('failed', tooMany) });

  const missing = await missingRights(cluster, identity, address, live === undefined && error === undefined);
  const plain = normalised(source);
  const built =
    live === undefined ? plain : await unlessLarge(build.isLarge(live), 'withEmptyParts', [plain, live], signal);
  if (missing.length > 0) return withoutTrial(comparing, built, live, error, missing);

  const { outcome, notes } = await tryThoroughly(comparing, address, built);
  if (!('result' in outcome)) {
    const { failure, message, missing: lacking } = outcome;
    if (failure === 'invalid' && live !== undefined && isForced(kustomization, built, live))
      return recreated(comparing, built, address, live, message);
    const kind = failure === 'invalid' ? 'refused' : failure;
    const problem = { kind, message: build.shownText(message), missing: lacking };
    return told(built, kind === 'refused' ? 'refused' : 'unknown', { problem, notes: immutableNote(message) });
  }
  // Who may not read an object does not get to read it by trying to change it.
  if (error !== undefined)
    return told(built, 'unknown', {
      problem: { kind: 'forbidden', message: cannotRead(error.missing), missing: error.missing },
    });
  const { result } = outcome;
  if (live === undefined) return told(built, 'create', { after: await alone(comparing, result), notes });
  const isLarge = build.isLarge(live) || build.isLarge(result);
  const verdict = await unlessLarge(isLarge, 'judgeTrial', [judgedOf(comparing, built), live, result], signal);
  return told(built, verdict.change, { ...verdict, notes: [...notes, ...(verdict.notes ?? [])] });
}

function judgedOf({ build, kustomization, isApplied }: Comparing, built: KubeObject): Judged {
  return { metadata: built.metadata, hidden: build.hidden(built), spec: kustomization.spec ?? {}, isApplied };
}

/** An object with nothing to compare it with, as it may be shown. */
async function alone({ build, signal }: Comparing, object: KubeObject): Promise<KubeObject> {
  return unlessLarge(build.isLarge(object), 'judgeAlone', [object, build.hidden(object)], signal);
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

/** Flux deletes it and makes it again. Whether that works is tried under a name that is free. */
async function recreated(
  comparing: Comparing,
  built: KubeObject,
  address: Address,
  live: KubeObject,
  why: string,
): Promise<ObjectDiff> {
  const { build, signal } = comparing;
  const name = `${address.name.slice(0, longestName - 10)}-recreated`;
  const anew = await tryApply(comparing, { ...address, name }, { ...built, metadata: { ...built.metadata, name } });
  const notes = [`Flux deletes it and makes it again, because of force. ${build.shownText(why)}`];
  if (!('result' in anew)) {
    const message = `Flux would delete it, and could then not make it again: ${build.shownText(anew.message.replaceAll(name, address.name))}`;
    const before = await alone(comparing, live);
    return told(built, 'recreate', { before, notes, problem: problemOf('refused', message) });
  }
  const result = { ...anew.result, metadata: { ...anew.result.metadata, name: address.name } };
  const isLarge = build.isLarge(live) || build.isLarge(result);
  const verdict = await unlessLarge(isLarge, 'judgeAnew', [judgedOf(comparing, built), live, result], signal);
  return told(built, verdict.change, { ...verdict, notes });
}

function immutableNote(message: string): string[] {
  return /immutable|may not be changed|updates to .* are forbidden/i.test(message)
    ? ['A field differs that cannot be changed. With force, Flux would delete the object and make it again.']
    : [];
}

/** Who may not try gets the built fields laid over the live object. */
async function withoutTrial(
  comparing: Comparing,
  built: KubeObject,
  live: KubeObject | undefined,
  error: LiveObject['error'],
  missing: readonly AccessRule[],
): Promise<ObjectDiff> {
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
  if (live === undefined) return told(built, 'create', { after: await alone(comparing, built), problem });
  const { build, signal } = comparing;
  const isLarge = build.isLarge(live) || build.isLarge(built);
  const verdict = await unlessLarge(isLarge, 'judgeUntried', [judgedOf(comparing, built), live, built], signal);
  return told(built, verdict.change, { ...verdict, problem });
}
