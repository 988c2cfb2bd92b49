import type { ObjectState } from '../summary.ts';
import type { Controller } from './read-controllers.ts';

/** How a controller does, in the words and marks of the pages. */
export interface ControllerState {
  state: ObjectState;
  sentence: string;
}

/** Leases are renewed every few seconds; one that is this old has no holder that lives. */
const leaseIsOldAfter = 60_000;

/** The state of a controller; `sentence` is empty when all is well. */
export function controllerState(controller: Controller, now: Date): ControllerState {
  const { wanted, ready, waiting, upToDate, leader, lastEnd } = controller;
  if (wanted === 0) return { state: 'suspended', sentence: 'It is scaled to nothing: its objects stand still.' };
  if (ready === 0) {
    const why = waiting === undefined ? '' : `: ${waiting}`;
    return { state: 'failing', sentence: `No replica is ready${why}. Its objects stand still.` };
  }
  if (ready < wanted) return { state: 'waiting', sentence: `${ready} of ${wanted} replicas are ready.` };
  if (!upToDate) return { state: 'reconciling', sentence: 'Its newest version is being rolled out.' };
  const renewed = Date.parse(leader?.renewedAt ?? '');
  if (!Number.isNaN(renewed) && now.getTime() - renewed > leaseIsOldAfter) {
    return { state: 'stale', sentence: 'Its leader has not renewed its lease: nobody may be at work.' };
  }
  const endedAt = Date.parse(lastEnd?.at ?? '');
  if (!Number.isNaN(endedAt) && now.getTime() - endedAt < 3_600_000) {
    const code = lastEnd?.exitCode === undefined ? '' : ` with exit code ${lastEnd.exitCode}`;
    return { state: 'waiting', sentence: `It was restarted within the hour: ${lastEnd?.reason}${code}.` };
  }
  return { state: 'ready', sentence: '' };
}
