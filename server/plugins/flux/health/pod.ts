import type { KubeObject } from '../../../kube/object.ts';
import { isTrueAt, listAt, numberAt, textAt } from '../read.ts';
import { containerTrouble, isReady } from './container.ts';
import { brief, conditionOf, shown } from './generic.ts';
import { current, failed, healthAs, inProgress } from './health.ts';
import type { Health } from './health.ts';

/** The scheduler gets so long before a pod without node counts as failed, as kstatus has it. */
const schedulingWindow = 15_000;

/**
 * A Pod: done when it succeeded or is ready. Stricter than kstatus in one point: an image that cannot be pulled and a
 * container that cannot be configured are failures at once, because waiting helps neither.
 */
export function podHealth(pod: KubeObject, now: Date): Health {
  const phase = textAt(pod, 'status', 'phase');
  const reason = textAt(pod, 'status', 'reason');
  const message = shown(textAt(pod, 'status', 'message'));
  if (phase === 'Succeeded') return current('finished', { reason: 'PodSucceeded' });
  const trouble = troubleOf(pod);
  if (phase === 'Failed') {
    if (reason !== undefined) {
      const words = reason === 'Evicted' ? 'was evicted' : `failed (${reason})`;
      return failed(message === undefined ? words : `${words}: ${brief(message)}`, { reason, detail: message });
    }
    return failed(trouble?.says ?? 'failed', { reason: trouble?.reason ?? 'PodFailed', detail: trouble?.detail });
  }
  if (trouble !== undefined) {
    const { says, reason: why, detail, hopeless } = trouble;
    return hopeless ? failed(says, { reason: why, detail }) : inProgress(says, { reason: why, detail });
  }
  if (phase === 'Running') return runningHealth(pod);
  if (phase === 'Pending' || phase === undefined) return pendingHealth(pod, now);
  return healthAs('Unknown', 'its node does not answer', { reason, detail: message });
}

interface PodTrouble {
  says: string;
  reason: string;
  detail: string | undefined;
  hopeless: boolean;
}

/** The worst trouble of its containers, init containers first: nothing starts before they are done. */
function troubleOf(pod: KubeObject): PodTrouble | undefined {
  const found: PodTrouble[] = [];
  for (const [statuses, specs, isInit] of [
    ['initContainerStatuses', 'initContainers', true],
    ['containerStatuses', 'containers', false],
  ] as const) {
    for (const status of listAt(pod, 'status', statuses)) {
      const name = textAt(status, 'name');
      const trouble = troubleOfContainer(pod, status, isInit);
      if (trouble === undefined) continue;
      const named = isInit || listAt(pod, 'spec', specs).length > 1;
      const word = isInit ? 'init container' : 'container';
      found.push({ ...trouble, says: named && name !== undefined ? `${word} ${name} ${trouble.says}` : trouble.says });
    }
  }
  return found.find((trouble) => trouble.hopeless) ?? found[0];
}

/** The trouble of one container of a Pod, by its status and what its spec says of it. */
export function troubleOfContainer(pod: KubeObject, status: unknown, isInit: boolean): PodTrouble | undefined {
  const name = textAt(status, 'name');
  const spec = listAt(pod, 'spec', isInit ? 'initContainers' : 'containers').find(
    (each) => textAt(each, 'name') === name,
  );
  return containerTrouble(status, {
    memoryLimit: textAt(spec, 'resources', 'limits', 'memory'),
    restartsOn: restartsOn(pod, isInit),
  });
}

/** After which ends the kubelet starts a container again; an init container that ended well is done in any case. */
function restartsOn(pod: KubeObject, isInit: boolean): 'every end' | 'failure' | 'nothing' {
  const policy = textAt(pod, 'spec', 'restartPolicy') ?? 'Always';
  if (policy === 'Never') return 'nothing';
  return policy === 'OnFailure' || isInit ? 'failure' : 'every end';
}

function runningHealth(pod: KubeObject): Health {
  const statuses = listAt(pod, 'status', 'containerStatuses');
  const restarts = restartsOf(pod) ?? 0;
  const again = restarts === 0 ? '' : `, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
  if (conditionOf(pod, 'Ready')?.status === 'True') return current(`ready${again}`);
  const waiting = statuses.filter((status) => !isReady(status));
  const names = waiting.map((status) => textAt(status, 'name') ?? '').filter((name) => name !== '');
  const which = statuses.length > 1 && names.length > 0 ? `${names.join(' and ')} ` : '';
  const reason = conditionOf(pod, 'Ready')?.reason ?? 'PodRunningNotReady';
  const started = waiting.some((status) => isTrueAt(status, 'started'));
  return inProgress(`${which}${started ? 'runs, but its readiness check fails' : 'runs, not ready yet'}${again}`, {
    reason,
    detail: shown(conditionOf(pod, 'Ready')?.message),
  });
}

function pendingHealth(pod: KubeObject, now: Date): Health {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    const detail = shown(scheduled.message);
    const says = detail === undefined ? 'finds no node' : `finds no node: ${brief(detail)}`;
    const made = Date.parse(pod.metadata.creationTimestamp ?? '');
    const told = { reason: 'Unschedulable', detail };
    return now.getTime() - made < schedulingWindow ? inProgress(says, told) : failed(says, told);
  }
  const initialising = listAt(pod, 'status', 'initContainerStatuses').find((status) => !isDone(status));
  const name = textAt(initialising, 'name');
  if (name !== undefined && scheduled?.status === 'True')
    return inProgress(`init container ${name} is at work`, { reason: 'PodInitializing' });
  if (scheduled === undefined || scheduled.status !== 'True') return inProgress('waits for a node');
  return inProgress('is starting', { reason: 'ContainerCreating' });
}

function isDone(status: unknown): boolean {
  return isReady(status) || numberAt(status, 'state', 'terminated', 'exitCode') === 0;
}

/** How often the containers of a Pod were started again, all together; undefined for what is no Pod or has none yet. */
export function restartsOf(pod: KubeObject): number | undefined {
  const statuses = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
  if (statuses.length === 0) return undefined;
  return statuses.reduce<number>((sum, status) => sum + (numberAt(status, 'restartCount') ?? 0), 0);
}
