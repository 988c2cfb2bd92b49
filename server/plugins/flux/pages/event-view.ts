import type { FoldedEvent } from '../events.ts';

/** An event as the events component draws it. */
export interface EventView {
  id: string;
  state: 'failing' | 'warning' | 'info' | 'ready' | 'reconciling';
  at: string;
  text: string;
  reason: string;
  count: number;
  by: string | undefined;
}

const goodReasons = /Succeeded$|^(?:NewArtifact|ArtifactUpToDate|GitOperationSucceeded|HealthCheckSucceeded)$/;
const movingReasons = /^Progressing|^(?:SyncRequested|ReconciliationRequested|Resumed)$/;

/** An event in a feed; `id` is unique among those of one page. */
export function eventView(event: FoldedEvent, component = event.component): EventView {
  return {
    id: `event-${event.id.replaceAll(/[^\w.-]/g, '_')}`,
    state: stateOf(event),
    at: event.lastAt ?? event.firstAt ?? '',
    text: event.message,
    reason: event.reason,
    count: event.count,
    by: component,
  };
}

function stateOf({ warning, reason }: FoldedEvent): EventView['state'] {
  if (warning) return /Failed$|Error$|Rejected$/.test(reason) ? 'failing' : 'warning';
  if (goodReasons.test(reason)) return 'ready';
  return movingReasons.test(reason) ? 'reconciling' : 'info';
}
