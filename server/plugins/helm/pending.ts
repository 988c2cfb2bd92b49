import type { Run } from '../../operations/run.ts';
import { isSuspended } from '../flux/annotations.ts';
import type { ReleaseSeen } from './release-seen.ts';
import { statusView } from './words.ts';

/**
 * An action of Helm's that has not come to its end. Helm writes the revision before it begins, and whatever is killed in
 * between leaves it so for ever: storage does not tell the one from the other.
 */
export interface Pending {
  revision: number;
  /** Helm's word: `pending-rollback`. */
  status: string;
  /** `rolling back`. */
  doing: string;
  /** When Helm began, ISO instant. */
  since: string | undefined;
  /** The revision in force before; undefined when there is none. */
  before: number | undefined;
  /** How one comes out of it when it was interrupted. */
  wayOut: string;
}

/** What Helm has begun with a release and not ended; undefined when its newest revision came to an end. */
export function pendingOf(seen: ReleaseSeen): Pending | undefined {
  const [newest, ...older] = seen.revisions;
  if (!newest.status.startsWith('pending-')) return undefined;
  const { revision, status, writtenAt: since } = newest;
  const inForce = (wanted: string) => older.find((stored) => stored.status === wanted)?.revision;
  const before = inForce('deployed') ?? inForce('superseded');
  const doing = statusView(status).word.toLowerCase();
  return { revision, status, doing, since, before, wayOut: wayOutOf(seen, before) };
}

/**
 * Who may end it. helm-controller does by itself: it marks a pending revision as failed as soon as it reconciles, and
 * upgrades. Helm refuses to upgrade, and rolls back, comparing with the revision that is pending: so only the one before
 * leaves nothing behind.
 */
function wayOutOf({ namespace, name, manager }: ReleaseSeen, before: number | undefined): string {
  const back = before === undefined ? undefined : `roll back to revision ${before}, which was in force before`;
  if (manager !== undefined) {
    if (!isSuspended(manager.object))
      return `Sync the HelmRelease ${manager.key}: helm-controller ends it and upgrades to what the HelmRelease says.`;
    const resume = `resume the HelmRelease ${manager.key}: helm-controller ends it and upgrades at once to what the HelmRelease says`;
    return back === undefined ? `${capital(resume)}.` : `${capital(back)}. Or ${resume}.`;
  }
  if (back !== undefined) return `${capital(back)}.`;
  return `Take it away and install it again: helm uninstall ${name} -n ${namespace}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The same as the release's page says it on every tab; undefined while Sluice itself is at work on it. */
export function pendingNotice(seen: ReleaseSeen, runs: readonly Run[]) {
  const pending = pendingOf(seen);
  if (pending === undefined || runs.some(({ state }) => state === 'running')) return undefined;
  const { doing, revision, since = '', wayOut } = pending;
  return { doing, revision, since, wayOut };
}
