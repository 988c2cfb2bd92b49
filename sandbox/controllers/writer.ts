import { randomUUID } from 'node:crypto';
import type { KubeClient } from '../../server/kube/cluster.ts';
import { KubeError } from '../../server/kube/kube-error.ts';
import { apiVersionOf, resourcePath } from '../../server/kube/object.ts';
import type { KubeObject, ServedResource } from '../../server/kube/object.ts';
import { eventAbout } from '../company/events.ts';
import { controllerLine } from '../company/past-log.ts';
import type { LogLine } from '../company/past-log.ts';
import { instant } from '../company/time.ts';
import type { Clock } from './clock.ts';
import { fluxKinds, knownKind, servedKind } from './resources.ts';
import { mergeDifference } from './status.ts';
import type { Surroundings } from './surroundings.ts';

interface WriterOptions {
  client: KubeClient;
  clock: Clock;
  signal: AbortSignal;
  writeLog: (line: LogLine) => void;
  /** Takes in an object as answered. */
  remember: (object: KubeObject) => void;
}

export type Writer = Pick<
  Surroundings,
  'fetch' | 'list' | 'writeStatus' | 'patch' | 'patchStatus' | 'create' | 'apply' | 'remove' | 'happened' | 'log'
>;

function isStatus(error: unknown, status: number): boolean {
  return error instanceof KubeError && error.httpStatus === status;
}

/** What the controllers write: statuses, objects, events and log lines. */
export function createWriter({ client, clock, signal, writeLog, remember }: WriterOptions): Writer {
  const events = new Map<string, { namespace: string; name: string; count: number }>();
  const eventKind = knownKind('Event');

  function pathOf(served: ServedResource, object: KubeObject, subresource?: string): string {
    return resourcePath(served, object.metadata.namespace, object.metadata.name, subresource);
  }

  async function create(object: KubeObject): Promise<void> {
    const path = resourcePath(knownKind(object.kind), object.metadata.namespace);
    try {
      await client.json({ method: 'POST', path, body: object, signal });
    } catch (error) {
      if (!isStatus(error, 409)) throw error;
    }
  }

  async function patchStatus(kind: string, namespace: string, name: string, status: unknown): Promise<KubeObject> {
    const path = resourcePath(knownKind(kind), namespace, name, 'status');
    const answer = await client.json<KubeObject>({ method: 'PATCH', path, body: { status }, signal });
    if (fluxKinds.some((each) => each.kind === kind)) remember(answer);
    return answer;
  }

  return {
    async fetch(kind, namespace, name) {
      try {
        return await client.json<KubeObject>({ path: resourcePath(knownKind(kind), namespace, name), signal });
      } catch (error) {
        if (isStatus(error, 404)) return undefined;
        throw error;
      }
    },
    async list(kind, namespace) {
      const served = knownKind(kind);
      const { items } = await client.json<{ items: KubeObject[] }>({ path: resourcePath(served, namespace), signal });
      return items.map((item) => ({ ...item, apiVersion: apiVersionOf(served), kind }));
    },
    async writeStatus(object, status) {
      const difference = mergeDifference(object.status ?? {}, status);
      if (difference === undefined) return object;
      return patchStatus(object.kind, object.metadata.namespace ?? '', object.metadata.name, difference);
    },
    async patch(object, patch) {
      await client.json({ method: 'PATCH', path: pathOf(knownKind(object.kind), object), body: patch, signal });
    },
    async patchStatus(kind, namespace, name, patch) {
      await patchStatus(kind, namespace, name, patch);
    },
    create,
    async apply(object) {
      const path = pathOf(knownKind(object.kind), object);
      const query = { fieldManager: 'kustomize-controller', force: 'true' };
      const contentType = 'application/apply-patch+yaml';
      await client.json({ method: 'PATCH', path, query, contentType, body: object, signal });
    },
    async remove(group, kind, namespace, name) {
      const served = servedKind(group, kind);
      if (served === undefined) return;
      try {
        await client.json({ method: 'DELETE', path: resourcePath(served, namespace, name), signal });
      } catch (error) {
        if (!isStatus(error, 404)) throw error;
      }
    },
    async happened(object, { reason, message, type = 'Normal', annotations }) {
      const now = clock.now();
      const key = `${object.kind} ${object.metadata.uid} ${reason} ${message}`;
      const known = events.get(key);
      if (known !== undefined) {
        const { namespace, name } = known;
        const body = { count: (known.count += 1), lastTimestamp: instant(now) };
        try {
          await client.json({ method: 'PATCH', path: resourcePath(eventKind, namespace, name), body, signal });
          return;
        } catch (error) {
          if (!isStatus(error, 404)) throw error;
        }
      }
      const event = eventAbout(object, {
        reason,
        message,
        type,
        count: 1,
        first: now,
        last: now,
        ...(annotations === undefined ? {} : { annotations }),
      });
      await create(event);
      events.set(key, { namespace: event.metadata.namespace ?? 'default', name: event.metadata.name, count: 1 });
    },
    log(object, level, message, more = {}) {
      const controller = fluxKinds.find((each) => each.kind === object.kind)?.controller ?? 'source-controller';
      const { apiVersion, kind, metadata } = object;
      const { name, namespace = '' } = metadata;
      const entry = { level, message, time: clock.now(), reconcileID: randomUUID(), more };
      writeLog(controllerLine(controller, { apiVersion, kind, name, namespace }, entry));
    },
  };
}
