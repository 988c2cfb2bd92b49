import type { ObjectState } from '../summary.ts';

/**
 * How far an object is from what its spec wants, in kstatus' words: `Current` it is there, `InProgress` it is on its way,
 * `Failed` it will not get there by waiting, `Terminating` it is being deleted, `NotFound` it is missing, `Unknown` it
 * cannot be told.
 */
export type HealthStatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';

/** The shapes health is drawn with: the states of Flux objects, and `forbidden` for what the asker may not see. */
export type HealthState = ObjectState | 'forbidden';

/** How an object fares. */
export interface Health {
  status: HealthStatus;
  state: HealthState;
  /** One phrase in plain words that may follow the object's name: `2 of 2 pods ready`. */
  says: string;
  /** The machine's own reason: `ImagePullBackOff`, `ProgressDeadlineExceeded`. */
  reason: string | undefined;
  /** The longer words of who reported it (kubelet, scheduler, controller). Credentials are masked. */
  detail: string | undefined;
}

interface Told {
  reason?: string | undefined;
  detail?: string | undefined;
  /** Drawn otherwise than the status usually is. */
  state?: HealthState;
}

const usualState: Readonly<Record<HealthStatus, HealthState>> = {
  Current: 'ready',
  InProgress: 'reconciling',
  Failed: 'failing',
  Terminating: 'deleting',
  NotFound: 'failing',
  Unknown: 'none',
};

/** A health in its usual shape. */
export function healthAs(status: HealthStatus, says: string, { reason, detail, state }: Told = {}): Health {
  return { status, state: state ?? usualState[status], says, reason, detail };
}

export const current = (says: string, told?: Told): Health => healthAs('Current', says, told);
export const inProgress = (says: string, told?: Told): Health => healthAs('InProgress', says, told);
export const failed = (says: string, told?: Told): Health => healthAs('Failed', says, told);
