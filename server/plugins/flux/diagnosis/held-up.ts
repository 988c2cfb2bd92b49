import type { Entry } from '../../../kube/cluster.ts';
import type { About } from '../because/rule.ts';
import { pluralNoun, quoted } from '../commands.ts';
import { enumerate } from '../enumerate.ts';
import { kindOf } from '../kinds/index.ts';
import { textAt } from '../read.ts';
import { referenceKey, referenceName, referenceTo } from '../references.ts';
import type { FluxSummary } from '../summary.ts';
import type { Diagnosis, RootCause, Step } from './diagnosis.ts';
import { controllerOf } from './fixes.ts';
import { missingFluxObject } from './fixes/cluster-fixes.ts';
import { fluxReconcile, fluxResume, kubectl } from './fixes/remedy.ts';
import type { Holder } from './holder.ts';
import { ownCause } from './own-cause.ts';
import { stepOf } from './steps.ts';

/** What is not broken and yet holds others up. */
export function quiet(entry: Entry<FluxSummary>, about: About): RootCause {
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
        command: `flux get ${pluralNoun(about.kind.fluxCommand ?? about.kind.plural)} ${quoted(object.metadata.name)} -n ${quoted(object.metadata.namespace ?? '')} --watch`,
      };
  }
}

function logs(about: About): string {
  return kubectl('flux-system', `logs deploy/${controllerOf(about)} --since=1h`);
}

/** What holds it up does not exist, may not be seen, or is not watched. */
export function unseen(
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
export function overtaken(
  { reference }: Holder,
  entry: Entry<FluxSummary>,
  about: About,
  steps: readonly Step[],
): Diagnosis {
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
export function circle(steps: readonly Step[], from: number, nearest: Entry<FluxSummary>): Diagnosis {
  const members = steps.slice(from);
  const sorted = members
    .map(({ reference }) => reference)
    .toSorted((one, other) => (referenceKey(one) < referenceKey(other) ? -1 : 1));
  const [first] = sorted;
  const names = sorted.map((reference) => `${reference.namespace ?? ''}/${reference.name}`);
  const list = enumerate(names);
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
