import type { Readable } from 'node:stream';
import type { AccessRule } from '../errors.ts';
import type { Identity } from './identity.ts';
import type { GroupResource, KubeObject, ServedResource } from './object.ts';

/** One request to the API server. Throws KubeError for an answer of 400 and above, or when nothing answers. */
export interface KubeRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  /** Sent as JSON, a string as it is. */
  body?: unknown;
  /** JSON when left out, for PATCH a JSON merge patch. */
  contentType?: string;
  /** JSON when left out. */
  accept?: string;
  /** Whose rights count; Sluice's own when left out. */
  as?: Identity;
  signal?: AbortSignal;
  timeoutMilliseconds?: number;
}

/** A request that somebody else has made, to be sent with Sluice's credentials as the asker. */
export interface ForwardedRequest {
  method: string;
  /** With its query, as it goes out. */
  path: string;
  accept: string | undefined;
  contentType: string | undefined;
  body: Buffer | undefined;
  as: Identity;
  signal: AbortSignal;
}

/** What the API server answers to it, refusals included; the body as it comes, without an end for a watch. */
export interface ForwardedAnswer {
  status: number;
  contentType: string | undefined;
  body: Readable;
}

/** The raw request layer: authenticated, impersonating, plain JSON in and out. */
export interface KubeClient {
  /** The API server's URL without credentials. */
  readonly server: string;
  json<T>(request: KubeRequest): Promise<T>;
  text(request: KubeRequest): Promise<string>;
  /** The answer as it is. Throws `too_large` as soon as there is more of it than `mostBytes`. */
  bytes(request: KubeRequest & { mostBytes: number }): Promise<Buffer>;
  /** The answer's lines as they come: watches and followed logs. */
  lines(request: KubeRequest): AsyncIterable<string>;
  /** Passes a request on and its answer back, neither looked into. Throws KubeError when nothing answers. */
  forward(request: ForwardedRequest): Promise<ForwardedAnswer>;
  close(): Promise<void>;
}

/** What is known of one object: itself (trimmed) and the summary made once when it changed. */
export interface Entry<Summary = unknown> {
  /** `namespace/name` */
  readonly key: string;
  readonly object: KubeObject;
  readonly summary: Summary;
}

/**
 * Where a watched resource stands.
 * unknown: discovery has not answered yet. absent: the API server does not serve it. forbidden: Sluice may not list it.
 * syncing: the first list is under way. live: list and watch are current. stale: the connection is lost, `asOf` says since when.
 */
export type CollectionState = 'unknown' | 'absent' | 'forbidden' | 'syncing' | 'live' | 'stale';

export interface Change<Summary = unknown> {
  type: 'added' | 'modified' | 'deleted' | 'state';
  resource: GroupResource;
  /** The entry after the change (before it, for `deleted`); undefined for `state`. */
  entry?: Entry<Summary>;
  previous?: Entry<Summary>;
}

/** All objects of one resource in one cluster, held by one list and watch. */
export interface Collection<Summary = unknown> {
  readonly resource: GroupResource;
  /** As declared; known also while the API server does not serve it. */
  readonly kind: string;
  readonly namespaced: boolean;
  /** How the API server serves it; undefined while unknown or absent. */
  readonly served: ServedResource | undefined;
  readonly state: CollectionState;
  /** The last moment at which this was known to be current. */
  readonly asOf: Date | undefined;
  /** Why it is forbidden or stale, in words. */
  readonly problem: string | undefined;
  /** The namespaces that could be listed when the whole could not; undefined: all of them. */
  readonly onlyNamespaces: readonly string[] | undefined;
  readonly size: number;
  get(namespace: string | undefined, name: string): Entry<Summary> | undefined;
  entries(): IterableIterator<Entry<Summary>>;
  inNamespace(namespace: string): IterableIterator<Entry<Summary>>;
  namespaces(): string[];
  /** Grows with every change: what was computed for one version holds while it stays the same. */
  readonly version: number;
  onChange(listener: (change: Change<Summary>) => void): () => void;
}

/** What is to be watched, declared by a plugin. */
export interface WatchDefinition<Summary = unknown> extends GroupResource {
  kind: string;
  namespaced: boolean;
  /** Versions this code understands, newest first; the first one the API server serves is used. */
  versions: readonly string[];
  /** Made once per change, never per request. Must not throw. */
  summarize(object: KubeObject): Summary;
  /** Drop what is never shown, to keep memory low; managedFields and last-applied are gone already. */
  trim?(object: KubeObject): KubeObject;
  /** Not ready until it synced or was refused (default), or `false` for what pages can do without. */
  required?: boolean;
}

/** In which namespaces somebody may do something. */
export type Scope = { all: true } | { all: false; namespaces: ReadonlySet<string> };

/** Answers of the API server about rights, asked as the asker and kept 30 seconds. */
export interface Access {
  can(identity: Identity, rule: AccessRule): Promise<boolean>;
  /** Of `rules`, those the identity does not have. */
  missing(identity: Identity, rules: readonly AccessRule[]): Promise<AccessRule[]>;
  /** Where `identity` may `verb` the resource: asked broad first, then for each of `namespaces`. */
  scope(identity: Identity, verb: string, resource: GroupResource, namespaces: readonly string[]): Promise<Scope>;
}

/** A cluster that Sluice shows. */
export interface Cluster {
  readonly name: string;
  /** Shown on every page when set: that this is a demo, for example. */
  readonly note: string | undefined;
  readonly client: KubeClient;
  readonly access: Access;
  /** The identity of Sluice's own credentials, as the API server names it. */
  readonly self: Identity;
  /** undefined until the API server has answered once. */
  readonly version: string | undefined;
  readonly reachable:
    | { ok: true }
    | { ok: false; since: Date; kind: 'unreachable' | 'bad_credentials'; problem: string };
  /** How a resource is served now, also one that is not watched; undefined when it is not. */
  served(resource: GroupResource, versions?: readonly string[]): ServedResource | undefined;
  /** By kind, for references: newest served version of `group` and `kind`. */
  servedKind(group: string, kind: string): ServedResource | undefined;
  collection<Summary>(resource: GroupResource): Collection<Summary>;
  collections(): readonly Collection[];
  /** Any change of any collection, of discovery or of the connection. */
  onChange(listener: (change: Change) => void): () => void;
  /** Whether every required collection has synced, is absent or was refused; else what is missing. */
  ready(): { ok: boolean; waitingFor: string[] };
  close(): Promise<void>;
}

/** A part of a page that could not be had, and why: partial results are normal. */
export interface Problem {
  kind: 'forbidden' | 'absent' | 'syncing' | 'stale' | 'unreachable' | 'bad_credentials' | 'failed';
  /** The resource or part, in words: `Kustomizations`. */
  subject: string;
  message: string;
  missing?: readonly AccessRule[];
  /** Who lacks them, where it is not the asker: Sluice itself. */
  lacking?: Identity;
  since?: Date;
}

/** What an asker sees of a collection. */
export interface Visible<Summary = unknown> {
  /** Lazily filtered; in no order. */
  entries: Iterable<Entry<Summary>>;
  scope: Scope;
  problems: Problem[];
  asOf: Date | undefined;
}
