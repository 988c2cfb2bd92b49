import type { KubeObject } from '../../kube/object.ts';
import { maskText } from '../../mask-credentials.ts';
import { suspensionOf } from './annotations.ts';
import { progressRules } from './because/progress-rules.ts';
import type { About } from './because/rule.ts';
import { afterColon, explain } from './because/explain.ts';
import { firstSentence, sayBy, sentence } from './because/rule.ts';
import type { KindDefinition } from './kind.ts';
import { humanGoDuration } from './duration.ts';
import { causeMessage, failureBefore, retryAfter } from './failure.ts';
import { listAt, numberAt } from './read.ts';
import type { Standing } from './status.ts';

/**
 * Why an object is not ready: one or two plain sentences, subject first, with what to do where that is known.
 * Undefined when it is ready or reports no status. Credentials in the controller's message are masked before it is read.
 */
export function becauseOf(object: KubeObject, kind: KindDefinition, standing: Standing): string | undefined {
  const about: About = { object, kind };
  switch (standing.state) {
    case 'ready':
    case 'none':
      return undefined;
    case 'deleting':
      return deleting(object);
    case 'stale':
      return stale(object, standing);
    case 'suspended':
      return suspended(about);
    case 'suspended-failing':
      return `${suspended(about)} It was failing before: ${failing(about, standing)}`;
    case 'reconciling':
      return reconciling(about, standing);
    case 'stalled':
      return `${failing(about, standing)} ${gaveUp(kind, standing)}`;
    case 'waiting':
    case 'failing':
      return failing(about, standing);
  }
}

function deleting(object: KubeObject): string {
  const finalizers = listAt(object, 'metadata', 'finalizers').filter((finalizer) => typeof finalizer === 'string');
  if (finalizers.length === 0) return 'Is being deleted.';
  const ours = finalizers.every((finalizer) => finalizer === 'finalizers.fluxcd.io');
  if (ours) return 'Is being deleted: its controller has yet to clean up (finalizer finalizers.fluxcd.io).';
  return `Is being deleted: held by ${finalizers.length === 1 ? 'the finalizer' : 'the finalizers'} ${finalizers.join(', ')}.`;
}

function stale(object: KubeObject, standing: Standing): string {
  const generation = numberAt(object, 'metadata', 'generation') ?? 0;
  const edited = `The spec was edited (generation ${generation}) and the controller has only`;
  const seen = standing.observedGeneration ?? 0;
  return seen < generation
    ? `${edited} seen generation ${seen}. What you read here may be old.`
    : `${edited} said of generation ${standing.ready?.observedGeneration ?? 0} that it is ready. What you read here may be old.`;
}

function suspended({ object, kind }: About): string {
  const suspension = suspensionOf(object);
  const by = suspension?.by === undefined ? 'Suspended' : `Suspended by ${maskText(suspension.by)}`;
  if (suspension?.reason !== undefined) return sentence(`${by}: ${maskText(suspension.reason)}`);
  // Alerts and Providers are used, not reconciled.
  return `${by}: nothing is ${kind.statusless?.(object) === true && !kind.actions.reconcile ? 'sent' : 'reconciled'} until it is resumed.`;
}

function reconciling(about: About, standing: Standing): string {
  if (standing.conditions.length === 0) return 'Has never been reconciled: no controller has looked at it yet.';
  const before = failureBefore(about.object, standing);
  const now = stepNow(about, standing);
  return before === undefined
    ? now
    : sentence(`${now} The try before failed: ${afterColon(explain(maskText(before), about))}`);
}

function stepNow(about: About, { ready, reconciling: step }: Standing): string {
  const message = step?.status === 'True' ? step.message : ready?.message;
  if (message === undefined) return 'Its controller is at work on it.';
  const masked = maskText(message);
  return sentence(sayBy(progressRules, masked, about) ?? firstSentence(masked));
}

/** Stalled means that no further try comes by itself; a HelmRelease's count of tries can be reset. */
function gaveUp(kind: KindDefinition, standing: Standing): string {
  const attempts = /after (\d+) attempt/.exec(standing.stalled?.message ?? '')?.[1];
  const tries = attempts === undefined ? '' : ` after ${attempts} ${attempts === '1' ? 'try' : 'tries'}`;
  const restart =
    kind.kind === 'HelmRelease' ? 'a changed spec or a sync with a reset starts' : 'a changed spec starts';
  return `It gave up${tries}: ${restart} it again.`;
}

function failing(about: About, standing: Standing): string {
  const cause = causeMessage(standing);
  if (cause === undefined) return 'Its controller reports that it is not ready, and does not say why.';
  const later = retryAfter(standing);
  const again = later === undefined ? '' : ` It is tried again after ${humanGoDuration(later) ?? later}.`;
  return `${sentence(explain(maskText(cause), about))}${again}`;
}
