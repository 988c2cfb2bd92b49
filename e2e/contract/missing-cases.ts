import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { builtInResources, storageKey } from '../../sandbox/api/resources.ts';
import { contractAgent } from './exchange.ts';

/** The user agent of Sluice itself. */
const sluiceAgent = 'sluice';

interface AuditEvent {
  verb: string;
  requestURI: string;
  userAgent?: string;
  objectRef?: { resource?: string; subresource?: string; apiGroup?: string };
  responseStatus?: { code?: number };
}

const served = new Set(builtInResources.map(storageKey));

/**
 * What kind of request it was: verb, resource, the query's keys, the answer's code. An audit log knows no content type.
 * Whether it is a list's first page or a further one makes no difference, nor of which kind an object is that is tried:
 * anything can stand in a source.
 */
function signatureOf({ verb, requestURI, objectRef, responseStatus }: AuditEvent): string {
  const url = new URL(requestURI, 'http://server');
  const { resource = '', subresource, apiGroup } = objectRef ?? {};
  const group = apiGroup ? `.${apiGroup}` : '';
  const named = resource === '' ? url.pathname : `${resource}${group}${subresource ? `/${subresource}` : ''}`;
  const isTrial = verb === 'patch' && url.searchParams.get('dryRun') === 'All';
  const asFlux = url.searchParams.get('fieldManager') === 'kustomize-controller';
  const what = isTrial && asFlux ? 'what a source holds' : named;
  const keys = [...new Set(url.searchParams.keys())]
    .filter((key) => key !== 'continue')
    .toSorted()
    .join('&');
  return `${verb} ${what}${keys === '' ? '' : `?${keys}`} ${responseStatus?.code ?? 0}`;
}

/** Answers of a server that is busy or dying, and a list or watch of what is no longer defined: no contract says when they come. */
function isIncident({ verb, responseStatus }: AuditEvent): boolean {
  const code = responseStatus?.code ?? 0;
  return code === 0 || code === 429 || code >= 500 || ((verb === 'watch' || verb === 'list') && code === 404);
}

/** A log itself: only a node has one. What is asked and refused is compared without. */
function isOfNode({ objectRef, responseStatus }: AuditEvent): boolean {
  return objectRef?.subresource === 'log' && responseStatus?.code === 200;
}

/** An object of a built-in kind that the embedded cluster does not have: it came from a source, and reading one is as reading another. */
function isBeyond({ verb, objectRef, responseStatus }: AuditEvent): boolean {
  const { resource = '', apiGroup = '', subresource } = objectRef ?? {};
  if (verb !== 'get' || responseStatus?.code !== 200 || resource === '' || subresource !== undefined) return false;
  return !apiGroup.includes('fluxcd') && !served.has(storageKey({ group: apiGroup, plural: resource }));
}

/**
 * The kinds of requests Sluice has made for which the contract suite has no case: read from audit logs of clusters, in
 * one of which the suite ran. Sorted, one line each.
 */
export async function missingCases(auditLogPaths: readonly string[]): Promise<string[]> {
  const made = new Set<string>();
  const covered = new Set<string>();
  for (const path of auditLogPaths) {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      if (line === '') continue;
      const event = JSON.parse(line) as AuditEvent;
      if (event.userAgent === contractAgent) covered.add(signatureOf(event));
      else if (event.userAgent === sluiceAgent && !isIncident(event) && !isOfNode(event) && !isBeyond(event))
        made.add(signatureOf(event));
    }
  }
  return [...made.difference(covered)].toSorted();
}
