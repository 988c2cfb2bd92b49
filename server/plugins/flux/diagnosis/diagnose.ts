import type { Entry } from '../../../kube/cluster.ts';
import { groupOf } from '../../../kube/object.ts';
import type { About } from '../because/rule.ts';
import { sentence } from '../because/rule.ts';
import { quoted } from '../commands.ts';
import type { KindDefinition } from '../kind.ts';
import { kindOf } from '../kinds/index.ts';
import { listAt, numberAt, textAt } from '../read.ts';
import { referenceKey, referenceName, referenceTo } from '../references.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import type { Diagnosis, Lookup, RootCause, Step, StepState } from './diagnosis.ts';
import { controllerOf } from './fixes.ts';
import { fluxReconcile, fluxResume, kubectl } from './fixes/remedy.ts';
import type { Culprit, Remedy } from './fixes/remedy.ts';
import { missingFluxObject } from './fixes/cluster-fixes.ts';
import { holderOf } from './holder.ts';
import type { Holder } from './holder.ts';
import { ownCause } from './own-cause.ts';
import type { OwnCause } from './own-cause.ts';
import { workloadCause } from './workload-cause.ts';
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
  const remedy = below?.remedy ?? own.remedy;
  const culprit = below === undefined || remedy.culprit !== undefined ? remedy.culprit : undefined;
  const title = remedy.title ?? own.title;
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

/** Words that are about the object alone, whatever others say of themselves. */
const ofItself = /^(?:Its|No|What) /;

/** What lies in an object beneath has its key; else those that fail in the same words have the same cause. */
function keyOf(last: Step, kind: KindDefinition, title: string, { object, summary }: Entry<FluxSummary>): string {
  if (kindOf(last.reference.group, last.reference.kind) === undefined) return `in ${referenceKey(last.reference)}`;
  if (last.state === 'missing' || summary.state === 'waiting' || ofItself.test(title))
    return `in ${referenceKey(last.reference)}`;
  return referenceKey(last.reference) === referenceKey(referenceTo(object))
    ? `${kind.plural} ${title}`
    : `in ${referenceKey(last.reference)}`;
}

/** The fix, and what has to follow it: a release that gave up and what is suspended do not try again by themselves. */
function fixOf({ fix, command }: Remedy, about: About, { state }: FluxSummary): string {
  if (state === 'suspended-failing') return `${fix} Then resume it${then(fluxResume(about), command)}.`;
  if (state === 'stalled' && about.kind.kind === 'HelmRelease' && !fix.includes('reset'))
    return `${fix} It has given up: then sync with a reset${then(fluxReconcile(about, '--reset'), command)}.`;
  return fix;
}

function then(line: string | undefined, command: string | undefined): string {
  return line === undefined || line === command ? '' : ` (${line})`;
}

function ownWords(own: OwnCause, culprit: Culprit | undefined): string {
  if (culprit?.state === 'missing') return `Needs ${referenceName(culprit.reference)}, which does not exist.`;
  return sentence(own.words);
}

/** What is not broken and yet holds others up. */
function quiet(entry: Entry<FluxSummary>, about: About): RootCause {
  const { summary, object } = entry;
  const reference = referenceTo(object);
  const name = referenceName(reference);
  const root = {
    key: `in ${referenceKey(reference)}`,
    reference,
    state: summary.state,
    since: summary.since,
    known: true,
  };
  switch (summary.state) {
    case 'suspended': {
      const by = summary.suspension?.by === undefined ? '' : ` by ${summary.suspension.by}`;
      const why = summary.suspension?.reason === undefined ? '' : ` (${summary.suspension.reason})`;
      return {
        ...root,
        title: `${name} is suspended${by}`,
        fix: `Resume it, when what it was suspended for is over${why}.`,
        command: fluxResume(about),
      };
    }
    case 'deleting':
      return {
        ...root,
        title: `${name} is being deleted`,
        fix: `Wait until its controller has cleaned up; if it stays, look what ${controllerOf(about)} says of it and who set its finalizers.`,
        command: logs(about),
      };
    case 'stale':
      return {
        ...root,
        title: `${controllerOf(about)} has not looked at ${name} lately`,
        fix: `Look whether ${controllerOf(about)} runs and keeps up.`,
        command: kubectl('flux-system', `get deployment ${controllerOf(about)}`),
      };
    default:
      return {
        ...root,
        title: `${name} is being reconciled`,
        fix: 'Wait: its controller is at work on it.',
        command: `flux get ${pluralOf(about)} ${quoted(object.metadata.name)} -n ${quoted(object.metadata.namespace ?? '')} --watch`,
      };
  }
}

function pluralOf({ kind }: About): string {
  const [first = kind.plural, ...rest] = (kind.fluxCommand ?? kind.plural).split(' ');
  return [first.endsWith('s') ? first : `${first}s`, ...rest].join(' ');
}

function logs(about: About): string {
  return kubectl('flux-system', `logs deploy/${controllerOf(about)} --since=1h`);
}

/** What holds it up does not exist, may not be seen, or is not watched. */
function unseen(
  { reference, as }: Holder,
  state: 'missing' | 'hidden' | 'unknown',
  about: About,
  steps: readonly Step[],
  nearest: Entry<FluxSummary>,
): Diagnosis {
  const name = referenceName(reference);
  const missing = missingFluxObject(reference, fieldOf(as, about), about);
  const own = ownCause(nearest, about.kind);
  const told = {
    missing: {
      text: missing.culprit?.text ?? '',
      title: missing.title ?? '',
      fix: missing.fix,
      command: missing.command,
    },
    hidden: {
      text: 'You may not see it.',
      title: `${name}, which you may not see, is not ready`,
      fix: `Ask somebody who may see namespace ${reference.namespace ?? ''}, or for the right to get ${reference.kind} there.`,
      command: kubectl(
        reference.namespace,
        `auth can-i get ${kindOf(reference.group, reference.kind)?.plural ?? reference.kind}.${reference.group}`,
      ),
    },
    unknown: {
      text: 'Sluice does not watch it, so nothing is known of it.',
      title: `${name} is not ready, and Sluice does not watch it`,
      fix: `Look at ${name} itself.`,
      command: kubectl(reference.namespace, `get ${reference.kind.toLowerCase()} ${quoted(reference.name)} -o yaml`),
    },
  }[state];
  const step: Step = { reference, state, text: told.text, since: undefined, reason: undefined, attempts: undefined };
  // The message of the one that waits may hold the cause even where its place may not be seen.
  const inner = state === 'missing' || !own.known || own.remedy.culprit !== undefined ? undefined : own.remedy;
  return {
    steps: [...steps, step],
    root: {
      key: `in ${referenceKey(reference)}`,
      reference,
      state,
      title: told.title,
      fix: inner === undefined ? told.fix : `${told.fix} As far as is told: ${inner.fix}`,
      command: told.command,
      since: nearest.summary.since,
      known: true,
    },
    nearest,
    wantsWorkloads: false,
  };
}

function fieldOf(as: Holder['as'], about: About): string {
  if (as === 'dependency') return 'spec.dependsOn';
  if (as === 'provider') return 'spec.providerRef';
  if (about.kind.kind === 'ImagePolicy') return 'spec.imageRepositoryRef';
  if (about.kind.kind !== 'HelmRelease') return 'spec.sourceRef';
  return textAt(about.object, 'spec', 'chartRef', 'name') === undefined ? 'spec.chart.spec.sourceRef' : 'spec.chartRef';
}

/** What it waited for is ready by now. */
function overtaken({ reference }: Holder, entry: Entry<FluxSummary>, about: About, steps: readonly Step[]): Diagnosis {
  const name = referenceName(reference);
  return {
    steps: [...steps, stepOf(entry, reference, 'It is ready by now.')],
    root: {
      key: `in ${referenceKey(referenceTo(about.object))}`,
      reference,
      state: entry.summary.state,
      title: `${name} is ready by now, and was not at the last try`,
      fix: 'Wait for the next try, or sync now.',
      command: fluxReconcile(about),
      since: entry.summary.since,
      known: true,
    },
    nearest: entry,
    wantsWorkloads: false,
  };
}

/** Objects that wait for each other, from the first one that comes again. */
function circle(steps: readonly Step[], from: number, nearest: Entry<FluxSummary>): Diagnosis {
  const members = steps.slice(from);
  const sorted = members
    .map(({ reference }) => reference)
    .toSorted((one, other) => (referenceKey(one) < referenceKey(other) ? -1 : 1));
  const [first] = sorted;
  const names = sorted.map((reference) => `${reference.namespace ?? ''}/${reference.name}`);
  const list = names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const reference = first ?? referenceTo(nearest.object);
  return {
    steps,
    root: {
      key: `circle ${sorted.map(referenceKey).join(' ')}`,
      reference,
      state: 'waiting',
      title:
        names.length < 2
          ? `${reference.kind} ${list} waits for itself`
          : `${reference.kind}s ${list} wait for each other`,
      fix:
        names.length < 2
          ? 'Take it out of its own spec.dependsOn.'
          : 'Take one of them out of spec.dependsOn of the one that can go first: as it is, none ever starts.',
      command: kubectl(
        reference.namespace,
        `get ${reference.kind.toLowerCase()} ${quoted(reference.name)} -o jsonpath='{.spec.dependsOn}'`,
      ),
      since: steps.at(-1)?.since,
      known: true,
    },
    nearest,
    wantsWorkloads: false,
  };
}

const standings: Readonly<Record<StepState, string>> = {
  failing: 'which fails',
  stalled: 'which fails and has given up',
  'suspended-failing': 'which fails and is suspended',
  waiting: 'which waits itself',
  stale: 'which is stale',
  suspended: 'which is suspended',
  reconciling: 'which is being reconciled',
  deleting: 'which is being deleted',
  none: 'which is ready by now',
  ready: 'which is ready by now',
  missing: 'which does not exist',
  hidden: 'which you may not see',
  unknown: 'of which nothing is known',
};

function heldWords({ reference, found, as }: Holder, { object, summary }: Entry<FluxSummary>): string {
  const name = referenceName(reference, object.metadata.namespace);
  const standing = standings[found.state === 'seen' ? found.entry.summary.state : found.state];
  if (as === 'provider') return `Sends by ${name}, ${standing}.`;
  if (as === 'health check') return `Its health check waits for ${name}, ${standing}.`;
  return summary.state === 'waiting' ? `Waits for ${name}, ${standing}.` : `Needs ${name}, ${standing}.`;
}

function stepOf(entry: Entry<FluxSummary>, reference: ObjectReference, text: string): Step {
  const { summary, object } = entry;
  return {
    reference,
    state: summary.state,
    text,
    since: summary.since,
    reason: summary.reason,
    attempts: attemptsOf(entry, object),
  };
}

const tries: ReadonlySet<StepState> = new Set(['failing', 'stalled', 'suspended-failing']);

/** How often it was tried, where the status counts: a release's failures, a Kustomization's reconciliations. */
function attemptsOf({ summary }: Entry<FluxSummary>, object: Entry['object']): number | undefined {
  if (!tries.has(summary.state)) return undefined;
  const failures = numberAt(object, 'status', 'failures');
  if (failures !== undefined && failures > 0) return failures;
  const [newest] = listAt(object, 'status', 'history');
  if (textAt(newest, 'lastReconciledStatus') !== summary.reason) return undefined;
  return numberAt(newest, 'totalReconciliations');
}

function culpritStep({ reference, state, text }: Culprit): Step {
  return { reference, state, text, since: undefined, reason: undefined, attempts: undefined };
}

function workloadStep({ reference, health, says, reason, since }: Workload): Step {
  const state = health === 'failed' ? 'failing' : 'reconciling';
  return {
    reference,
    state,
    text: sentence(says.charAt(0).toUpperCase() + says.slice(1)),
    since,
    reason,
    attempts: undefined,
  };
}
