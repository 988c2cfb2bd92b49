import type { IncomingMessage, ServerResponse } from 'node:http';
import type { User } from './authenticate.ts';
import { authorize, type Attributes } from './authorize.ts';
import type { Objects } from './objects.ts';
import type { PodLogs } from './pod-logs.ts';
import type { FileServer } from './service-proxy.ts';
import type { Registry } from './registry.ts';
import { forbidden, forbiddenPath } from './status-error.ts';
import type { Store } from './store.ts';
import type { Watches } from './watch.ts';

/** What the routes work with. */
export interface Backend {
  store: Store;
  registry: Registry;
  objects: Objects;
  watches: Watches;
  logs: PodLogs;
  /** What answers behind Services, by `namespace/name:port`. */
  servers: ReadonlyMap<string, FileServer>;
  /** By bearer token. */
  users: ReadonlyMap<string, User>;
}

/** A request whose asker is known. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  user: User;
}

/** Throws 403 unless the user may. */
export function demand(store: Store, user: User, attributes: Attributes): void {
  const { allowed, reason } = authorize(store, user, attributes);
  if (allowed) return;
  if ('path' in attributes) throw forbiddenPath(user.name, attributes.verb, attributes.path);
  throw forbidden({ user: user.name, ...attributes, why: reason });
}
