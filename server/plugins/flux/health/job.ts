import type { KubeObject } from '../../../kube/object.ts';
import { humanDuration } from '../duration.ts';
import { instantAt, isTrueAt, listAt, numberAt, textAt } from '../read.ts';
import { brief, conditionOf, shown } from './generic.ts';
import { current, failed, inProgress } from './health.ts';
import type { Health } from './health.ts';

/** A Job is done when it is complete: as Flux waits for it; kstatus alone would be content once it has started. */
export function jobHealth(object: KubeObject): Health {
  const complete = conditionOf(object, 'Complete') ?? conditionOf(object, 'SuccessCriteriaMet');
  const fault = conditionOf(object, 'Failed') ?? conditionOf(object, 'FailureTarget');
  const succeeded = numberAt(object, 'status', 'succeeded') ?? 0;
  const tries = numberAt(object, 'status', 'failed') ?? 0;
  const wanted = numberAt(object, 'spec', 'completions') ?? 1;
  if (complete?.status === 'True') return current(finished(object));
  if (fault?.status === 'True') {
    const detail = shown(fault.message);
    return failed(failureWords(fault.reason, tries, detail), { reason: fault.reason, detail });
  }
  if (isTrueAt(object, 'spec', 'suspend')) return current('suspended', { state: 'suspended', reason: 'JobSuspended' });
  if (succeeded >= wanted && instantAt(object, 'status', 'completionTime') !== undefined)
    return current(finished(object));
  if (instantAt(object, 'status', 'startTime') === undefined)
    return inProgress('has not started yet', { reason: 'JobNotStarted' });
  const again = tries === 0 ? '' : `, ${tries} ${tries === 1 ? 'try' : 'tries'} failed`;
  return inProgress(wanted > 1 ? `${succeeded} of ${wanted} done${again}` : `runs${again}`, {
    reason: 'JobInProgress',
  });
}

function finished(object: KubeObject): string {
  const [from, to] = ['startTime', 'completionTime'].map((field) => instantAt(object, 'status', field));
  if (from === undefined || to === undefined) return 'finished';
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  return seconds < 1 ? 'finished within a second' : `finished in ${humanDuration(seconds)}`;
}

function failureWords(reason: string | undefined, tries: number, detail: string | undefined): string {
  if (reason === 'BackoffLimitExceeded') return `gave up after ${tries} failed ${tries === 1 ? 'try' : 'tries'}`;
  if (reason === 'DeadlineExceeded') return 'ran longer than it may';
  return detail === undefined ? 'failed' : `failed: ${brief(detail)}`;
}

/** A CronJob is never unhealthy by itself: the Jobs it makes are. */
export function cronJobHealth(object: KubeObject): Health {
  const schedule = textAt(object, 'spec', 'schedule') ?? '';
  if (isTrueAt(object, 'spec', 'suspend')) return current(`suspended (${schedule})`, { state: 'suspended' });
  const running = listAt(object, 'status', 'active').length;
  if (running > 0) return current(`runs now (${schedule})`);
  const last = instantAt(object, 'status', 'lastScheduleTime');
  return current(last === undefined ? `has not run yet (${schedule})` : `runs at ${schedule}`);
}
