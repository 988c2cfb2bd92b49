import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from './conditions.ts';
import { eventAbout } from './events.ts';

interface ContainerStatus {
  name: string;
  image: string;
  restartCount: number;
  state?: { waiting?: { reason?: string } };
}

const minute = 60_000;

/** What kubelet and scheduler have told of a Pod in trouble in the last hour. */
export function podEvents(pod: KubeObject, now: Date): KubeObject[] {
  if (pod.kind !== 'Pod') return [];
  const at = (minutes: number) => new Date(now.getTime() - minutes * minute);
  const told = (reason: string, message: string, count: number, last: number, reporter = 'kubelet') =>
    eventAbout(pod, { reason, message, type: 'Warning', count, first: at(58), last: at(last), reporter });
  const scheduled = conditionOf(pod.status, 'PodScheduled');
  if (scheduled?.reason === 'Unschedulable')
    return [told('FailedScheduling', scheduled.message, 13, 4, 'default-scheduler')];
  const statuses = (pod.status?.['containerStatuses'] ?? []) as ContainerStatus[];
  return statuses.flatMap(({ name, image, state }) => {
    switch (state?.waiting?.reason) {
      case 'CrashLoopBackOff':
        return [
          told(
            'BackOff',
            `Back-off restarting failed container ${name} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`,
            231,
            1,
          ),
        ];
      case 'ImagePullBackOff':
        return [
          told(
            'Failed',
            `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
            12,
            3,
          ),
          told('BackOff', `Back-off pulling image "${image}"`, 214, 1),
        ];
      default:
        return [];
    }
  });
}
