import { randomBytes } from 'node:crypto';
import { maskText } from '../mask-credentials.ts';
import { apiVersionOf } from '../kube/object.ts';
import type { AuditEntry } from './audit.ts';
import type { Asker } from './registry.ts';

const longestMessage = 1_000;
const longestNamePart = 200;

/** `flux.reconcile` → `SluiceReconcile`: the Event's reason. */
function reasonOf(operation: string): string {
  const word = operation.slice(operation.lastIndexOf('.') + 1);
  return `Sluice${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

/**
 * Writes a Kubernetes Event about an ended action on its object, as the asker. It is an extra, so it never fails the
 * action: the answer is undefined, or a sentence why there is no Event.
 */
export async function writeEvent(entry: AuditEntry, { cluster, identity }: Asker): Promise<string | undefined> {
  const { subject } = entry;
  const namespace = subject.namespace ?? 'default';
  const servedAs = cluster.served(subject);
  // What is no object itself, such as a release of Helm, is named by its own kind.
  const served = servedAs?.kind === subject.kind ? servedAs : undefined;
  const collection = cluster
    .collections()
    .find(({ resource }) => resource.group === subject.group && resource.resource === subject.resource);
  const object = collection?.get(subject.namespace, subject.name)?.object;
  const now = new Date().toISOString();
  const result = entry.result === 'succeeded' ? 'done' : 'failed';
  const told = [`${entry.by.name} through Sluice, ${result}`, entry.message].filter((part) => part !== undefined);
  const message = maskText(told.join(': ')).slice(0, longestMessage);
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${subject.name.slice(0, longestNamePart)}.${randomBytes(8).toString('hex')}`, namespace },
    involvedObject: {
      ...(served === undefined ? {} : { apiVersion: apiVersionOf(served) }),
      kind: subject.kind,
      name: subject.name,
      ...(subject.namespace === undefined ? {} : { namespace: subject.namespace }),
      ...(object === undefined ? {} : { uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion }),
    },
    type: entry.result === 'succeeded' ? 'Normal' : 'Warning',
    reason: reasonOf(entry.operation),
    message,
    source: { component: 'sluice' },
    reportingComponent: 'sluice',
    reportingInstance: 'sluice',
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
  try {
    await cluster.client.json({
      method: 'POST',
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`,
      body: event,
      as: identity,
      timeoutMilliseconds: 5_000,
    });
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `No Kubernetes Event could be written: ${maskText(reason)}`;
  }
}
