import type { IncomingMessage } from 'node:http';
import type { Identity } from '../kube/identity.ts';
import { identityKey } from '../kube/identity.ts';

/** Who holds something of which there is only so much: an asker at an address. */
export function holderOf(request: IncomingMessage, identity: Identity): string {
  return `${identityKey(identity)} ${request.socket.remoteAddress ?? ''}`;
}

/** Whether `who` may have another one beside what `holders` hold: of the `most` there are, nobody gets more than half. */
export function hasShareLeft(holders: readonly string[], who: string, most: number): boolean {
  return holders.length < most && holders.filter((holder) => holder === who).length < most / 2;
}
