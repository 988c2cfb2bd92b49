import type { Entry } from '../../../kube/cluster.ts';
import { groupOf } from '../../../kube/object.ts';
import type { About } from '../because/rule.ts';
import { sentence } from '../because/rule.ts';
import type { KindDefinition } from '../kind.ts';
import { kindOf } from '../kinds/index.ts';
import { referenceKey, referenceName, referenceTo } from '../references.ts';
import type { FluxSummary } from '../summary.ts';
import type { Diagnosis, Lookup, Step } from './diagnosis.ts';
import { fluxReconcile, fluxResume } from './fixes/remedy.ts';
import type { Culprit, Remedy } from './fixes/remedy.ts';
import { circle, overtaken, quiet, unseen } from './held-up.ts';
import { holderOf } from './holder.ts';
import { ownCause } from './own-cause.ts';
import type { OwnCause } from './own-cause.ts';
import { culpritStep, heldWords, stepOf, workloadStep } from './steps.ts';
import { recoveredRemedy, workloadCause } from './workload-cause.ts';
import type { Workload } from './workload-cause.ts';

const deepest = 24;

/**
 * Why an object is not ready: from the object over what holds it up to where the cause lies, and what to do about it.
 * Pure; follows at most as many objects as there are. `workloads` are what the last object of Flux on the way owns
 * (`Diagnosis.nearest`), where they were read: they lead on to the pod.
 */
export function diagnose(subject: Entry<FluxSummary>, lookup: Lookup, workloads: readonly Workload[] = []): Diagnosis {
  const steps: Step[] = [];
  const seen = new Map<string, number>();
  let current = subject;
  for (;;) {
    const reference = referenceTo(current.object);
    const kind = kindOf(groupOf(current.object.apiVersion), current.object.kind);
    if (kind === undefined) return { steps, root: undefined, nearest: current, wantsWorkloads: false };
    seen.set(referenceKey(reference), steps.length);
    const about: About = { object: current.object, kind };
    const own = ownCause(current, kind);
    const holder = steps.length < deepest ? holderOf(current, own, lookup) : undefined;
    if (holder === undefined) return ended(current, about, own, steps, workloads);
    steps.push(stepOf(current, reference, heldWords(holder, current)));
    const again = seen.get(referenceKey(holder.reference));
    if (again !== undefined) return circle(steps, again, current);
    if (holder.found.state !== 'seen') return unseen(holder, holder.found.state, about, steps, current);
    if (isNoHindrance(holder.found.entry)) return overtaken(holder, holder.found.entry, about, steps);
    current = holder.found.entry;
  }
}

/** A holder that is ready, or has nothing to say, explains only that the next try will find it so. */
function isNoHindrance({ summary }: Entry<FluxSummary>): boolean {
  return summary.state === 'ready' || summary.state === 'none';
}

/** The way ends at an object of Flux: by itself, or by what its message or its pods tell. */
function ended(
  entry: Entry<FluxSummary>,
  about: About,
  own: OwnCause,
  steps: readonly Step[],
  workloads: readonly Workload[],
): Diagnosis {
  const { summary } = entry;
  const reference = referenceTo(entry.object);
  const at = (text: string) => [...steps, stepOf(entry, reference, text)];
  const told = { nearest: entry, wantsWorkloads: false };
  switch (summary.state) {
    case 'ready':
    case 'none':
      return { steps: [], root: undefined, ...told };
    case 'reconciling':
      if (summary.failedBefore) return broken(entry, about, own, steps, workloads);
      if (steps.length === 0) return { steps: [], root: undefined, ...told };
      return { steps: at(summary.because ?? 'Its controller is at work on it.'), root: quiet(entry, about), ...told };
    case 'suspended':
    case 'stale':
    case 'deleting':
      return { steps: at(summary.because ?? ''), root: quiet(entry, about), ...told };
    case 'waiting':
    case 'failing':
    case 'stalled':
    case 'suspended-failing':
      return broken(entry, about, own, steps, workloads);
  }
}

function broken(
  entry: Entry<FluxSummary>,
  about: About,
  own: OwnCause,
  steps: readonly Step[],
  workloads: readonly Workload[],
): Diagnosis {
  const reference = referenceTo(entry.object);
  const isHealth = own.unhealthy.length > 0 || isHealthTimeout(own, about.kind);
  const below = isHealth ? workloadCause(own.unhealthy, workloads, about) : undefined;
  // Where all was read and nothing of it is ill, what the controller waited for has come since, or was put back.
  const recovered = isHealth && below === undefined && workloads.length > 0 ? recoveredRemedy(about) : undefined;
  const remedy = below?.remedy ?? recovered ?? own.remedy;
  const culprit = below === undefined || remedy.culprit !== undefined ? remedy.culprit : undefined;
  const title = remedy.title ?? (recovered === undefined ? own.title : own.words);
  const here = stepOf(entry, reference, ownWords(own, below === undefined ? culprit : undefined));
  const pods = below?.path.map(workloadStep) ?? [];
  const all = [...steps, here, ...pods, ...(culprit === undefined ? [] : [culpritStep(culprit)])];
  const last = all.at(-1) ?? here;
  return {
    steps: all,
    root: {
      key: remedy.key ?? keyOf(last, about.kind, title, entry),
      reference: last.reference,
      state: last.state,
      title,
      fix: fixOf(remedy, about, entry.summary),
      command: remedy.command,
      since: last.since ?? entry.summary.since,
      known: below !== undefined || own.known,
    },
    nearest: entry,
    wantsWorkloads: isHealth && below === undefined,
  };
}

/** Helm before version 4 names no objects when its time is over. */
function isHealthTimeout({ message }: OwnCause, kind: KindDefinition): boolean {
  if (kind.kind === 'Kustomization') return message.startsWith('health check failed');
  return (
    kind.kind === 'HelmRelease' &&
    /context deadline exceeded|timed out waiting|rate limiter/.test(message) &&
    !/https?:\/\//.test(message)
  );
}

/** What lies in an object beneath has its key; else those that fail in the same words have the same cause. */
function keyOf(last: Step, kind: KindDefinition, title: string, { object, summary }: Entry<FluxSummary>): string {
  const isBeneath = referenceKey(last.reference) !== referenceKey(referenceTo(object));
  return isBeneath || summary.state === 'waiting' ? `in ${referenceKey(last.reference)}` : `${kind.plural} ${title}`;
}

/** The fix, and what has to follow it: a release that gave up and what is suspended do not try again by themselves. */
function fixOf({ fix, command }: Remedy, about: About, { state }: FluxSummary): string {
  if (state === 'suspended-failing') return `${fix} Then resume it${then(fluxResume(about), command)}.`;
  if (state === 'stalled' && about.kind.kind === 'HelmRelease' && !fix.includes('reset'))
    return `${fix} It has given up: a changed spec, chart or values start it again; without one, sync with a reset${then(fluxReconcile(about, '--reset'), command)}.`;
  return fix;
}

function then(line: string | undefined, command: string | undefined): string {
  return line === undefined || line === command ? '' : ` (${line})`;
}

function ownWords(own: OwnCause, culprit: Culprit | undefined): string {
  if (culprit?.state === 'missing') return `Needs ${referenceName(culprit.reference)}, which does not exist.`;
  return sentence(own.words);
}
