import type { AccessRule } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { KubeError } from '../../../kube/kube-error.ts';
import type { Address } from '../../../kube/object-reader.ts';
import { resourcePath } from '../../../kube/object.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { fluxManager } from './field-owners.ts';

/**
 * What came of a trial. `forbidden`: the asker lacks a right, which says nothing of Flux. `invalid`: refused as wrong, or as a
 * change of what cannot be changed; Flux may then delete and make it anew. `refused`: by admission, of Flux too.
 */
export type Trial =
  | { result: KubeObject }
  | { failure: 'forbidden' | 'invalid' | 'refused' | 'failed'; message: string; missing: readonly AccessRule[] };

interface TrialRequest {
  cluster: Cluster;
  identity: Identity;
  signal: AbortSignal;
}

const answersWithin = 20_000;

/**
 * Server-side apply as kustomize-controller does it, as the asker and as a dry run: the API server merges, sets defaults, asks
 * its webhooks and validates, and writes nothing. Throws only what aborts.
 */
export async function tryApply(
  { cluster, identity, signal }: TrialRequest,
  { resource, namespace, name }: Address,
  object: KubeObject,
): Promise<Trial> {
  try {
    const result = await cluster.client.json<KubeObject>({
      method: 'PATCH',
      path: resourcePath(resource, namespace, name),
      query: { dryRun: 'All', fieldManager: fluxManager, force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: object,
      as: identity,
      signal,
      timeoutMilliseconds: answersWithin,
    });
    return { result };
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof KubeError) return failureOf(thrown);
    throw thrown;
  }
}

/** RBAC's own words; admission controllers answer 403 too. */
const lacksRight = /^\S+(?: "[^"]*")? is forbidden: User "[^"]*" cannot \w+ resource/;
/** Nobody may hand out rights that he does not hold: true of the asker, not of Flux. */
const handsOutRights = /is attempting to grant RBAC permissions not currently held|cannot bind |cannot escalate /;
/** fluxcd/pkg/ssa/errors, IsImmutableError */
const cannotChange = /is\simmutable|immutable\sfield/;

/** A value that the API server prints whole, such as the pod of a Job: hundreds of fields, and what stands in them. */
const printedValue = /Invalid value: [{[][\s\S]{120,}?[}\]](?=: [^"{}[\]]+(?:$|,))/g;

/** Longer messages are looked at no further; a value whose end is not seen is left out with all that follows. */
const longestMessage = 20_000;
const unendedValue = /Invalid value: [{[][\s\S]*$/;

/** A refusal without the whole objects that the API server may print into it: nobody reads them, and anything may stand there. */
export function withoutValues(message: string): string {
  const looked = message.slice(0, longestMessage).replaceAll(printedValue, 'Invalid value');
  const whole = message.length > longestMessage ? looked.replace(unendedValue, 'Invalid value') : looked;
  return whole.slice(0, 2_000);
}

function failureOf({ kind, httpStatus, message: whole, missing }: KubeError): Trial {
  const message = withoutValues(whole);
  if (httpStatus === 403 && lacksRight.test(message)) return { failure: 'forbidden', message, missing };
  if (httpStatus === 403 && handsOutRights.test(message)) return { failure: 'forbidden', message, missing: [] };
  if (httpStatus === 409 || httpStatus === 422 || cannotChange.test(message))
    return { failure: 'invalid', message, missing: [] };
  if (httpStatus >= 400 && httpStatus < 500 && kind !== 'bad_credentials' && httpStatus !== 429)
    return { failure: 'refused', message, missing: [] };
  // What does not fit the schema is answered as an error of the server: "failed to create typed patch object".
  if (httpStatus === 500 && /typed patch object|not declared in schema/.test(message))
    return { failure: 'invalid', message, missing: [] };
  return { failure: 'failed', message, missing: [] };
}
