import type { KubeObject } from '../../server/kube/object.ts';
import { controllerPod, controllerVersions } from './flux-controllers.ts';
import type { ControllerName } from './flux-controllers.ts';
import { uidOf } from './invent.ts';

/** A line of a container's log. */
export interface LogLine {
  namespace: string;
  pod: string;
  container: string;
  line: string;
  time?: Date;
}

/** One line as a Flux controller writes it about an object. */
export function controllerLine(
  controller: ControllerName,
  object: { apiVersion: string; kind: string; name: string; namespace?: string },
  entry: { level: 'info' | 'error'; message: string; time: Date; reconcileID: string; more?: Record<string, unknown> },
): LogLine {
  const { kind, name, namespace = '' } = object;
  const line = JSON.stringify({
    level: entry.level,
    ts: entry.time.toISOString(),
    msg: entry.message,
    controller: kind.toLowerCase(),
    controllerGroup: object.apiVersion.split('/')[0],
    controllerKind: kind,
    [kind]: { name, namespace },
    namespace,
    name,
    reconcileID: entry.reconcileID,
    ...entry.more,
  });
  return { namespace: 'flux-system', pod: controllerPod(controller), container: 'manager', line, time: entry.time };
}

interface Involved {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** What the controllers have logged of the company's recent events, oldest first. */
export function pastLog(objects: readonly KubeObject[]): LogLine[] {
  const lines = objects
    .filter((object) => object.kind === 'Event')
    .flatMap((event) => {
      const controller = event['reportingComponent'] as ControllerName;
      if (!Object.hasOwn(controllerVersions, controller)) return [];
      const message = event['message'] as string;
      const failed = event['type'] === 'Warning';
      return controllerLine(controller, event['involvedObject'] as Involved, {
        level: failed ? 'error' : 'info',
        message: failed ? 'Reconciler error' : message,
        time: new Date(event['lastTimestamp'] as string),
        reconcileID: uidOf(`reconciliation ${event.metadata.name}`),
        ...(failed ? { more: { error: message } } : {}),
      });
    });
  return lines.toSorted((one, other) => Number(one.time) - Number(other.time));
}
