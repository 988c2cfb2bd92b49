import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../object.ts';
import { refuse, type SeenRequest } from './scripted-api.ts';

/** One resource of a pretended API server: lists in pages, watches, and everything that goes wrong with both. */
export class ResourceApi {
  readonly path: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly objects = new Map<string, KubeObject>();
  readonly lists: SeenRequest[] = [];
  readonly watches: SeenRequest[] = [];
  /** Answer every request with this status instead. */
  failWith: number | undefined;
  /** Versions before this one are gone. */
  oldest = 0;
  version = 100;
  /** Open watches, each with the namespace it is for. */
  readonly #open = new Map<ServerResponse, string | undefined>();
  #history: { version: number; line: string; namespace: string | undefined }[] = [];

  constructor(path: string, apiVersion: string, kind: string) {
    this.path = path;
    this.apiVersion = apiVersion;
    this.kind = kind;
  }

  put(name: string, namespace = 'apps', spec: Record<string, unknown> = {}): void {
    const key = `${namespace}/${name}`;
    const type = this.objects.has(key) ? 'MODIFIED' : 'ADDED';
    this.version += 1;
    const metadata = { name, namespace, uid: `uid-${key}`, resourceVersion: String(this.version), managedFields: [{}] };
    const object = { apiVersion: this.apiVersion, kind: this.kind, metadata, spec };
    this.objects.set(key, object);
    this.#publish(type, object);
  }

  remove(name: string, namespace = 'apps'): void {
    const object = this.objects.get(`${namespace}/${name}`);
    if (object === undefined) return;
    this.version += 1;
    this.objects.delete(`${namespace}/${name}`);
    this.#publish('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } });
  }

  /** Begins another history at this version, as when etcd is restored from a backup. */
  goBackTo(version: number): void {
    this.objects.clear();
    this.#history = [];
    this.version = version;
  }

  /** Sends every open watch a line of any kind. */
  send(type: string, object: object): void {
    for (const response of this.#open.keys()) response.write(`${JSON.stringify({ type, object })}\n`);
  }

  /** Cuts the sockets of all open watches. */
  cut(): void {
    for (const response of this.#open.keys()) response.destroy();
    this.#open.clear();
  }

  get openWatches(): number {
    return this.#open.size;
  }

  /** Answers a list or watch of the resource; undefined when the request is for something else. */
  answer(request: SeenRequest, response: ServerResponse): boolean {
    const namespace = this.#namespaceOf(request.path);
    if (namespace === false) return false;
    const isWatch = request.query.get('watch') === 'true';
    (isWatch ? this.watches : this.lists).push(request);
    if (this.failWith !== undefined) refuse(response, this.failWith, { message: `made to fail with ${this.failWith}` });
    else if (isWatch) this.#watch(request, response, namespace);
    else this.#list(request, response, namespace);
    return true;
  }

  #namespaceOf(path: string): string | undefined | false {
    if (path === this.path) return undefined;
    const slash = this.path.lastIndexOf('/');
    const [root, resource] = [this.path.slice(0, slash), this.path.slice(slash + 1)];
    const match = /^\/namespaces\/([^/]+)\/([^/]+)$/.exec(path.startsWith(root) ? path.slice(root.length) : '');
    return match?.[2] === resource ? (match[1] ?? false) : false;
  }

  #list(request: SeenRequest, response: ServerResponse, namespace: string | undefined): void {
    const from = Number(request.query.get('continue') ?? 0);
    const limit = Number(request.query.get('limit') ?? 1000);
    const all = [...this.objects.values()].filter(
      (one) => namespace === undefined || one.metadata.namespace === namespace,
    );
    const items = all.slice(from, from + limit).map(({ apiVersion: _apiVersion, kind: _kind, ...item }) => item);
    const metadata = {
      resourceVersion: String(this.version),
      ...(from + limit < all.length && { continue: String(from + limit) }),
    };
    response.end(JSON.stringify({ kind: `${this.kind}List`, apiVersion: this.apiVersion, metadata, items }));
  }

  #watch(request: SeenRequest, response: ServerResponse, namespace: string | undefined): void {
    const since = Number(request.query.get('resourceVersion'));
    response.writeHead(200);
    response.flushHeaders();
    if (since < this.oldest) {
      const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object: gone })}\n`);
      return;
    }
    this.#open.set(response, namespace);
    response.on('close', () => this.#open.delete(response));
    for (const event of this.#history) {
      if (event.version > since && (namespace === undefined || event.namespace === namespace))
        response.write(event.line);
    }
  }

  #publish(type: string, object: KubeObject): void {
    const line = `${JSON.stringify({ type, object })}\n`;
    this.#history.push({ version: this.version, line, namespace: object.metadata.namespace });
    for (const [response, namespace] of this.#open) {
      if (namespace === undefined || namespace === object.metadata.namespace) response.write(line);
    }
  }
}
