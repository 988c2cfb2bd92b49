import type { ServerResponse } from 'node:http';
import type { AccessRule } from '../../errors.ts';
import { ruleOfRequest } from '../request-rule.ts';
import { ResourceApi } from './resource-api.ts';
import { refuse, scriptedApi, type ScriptedApi, type SeenRequest } from './scripted-api.ts';

interface Served {
  group: string;
  version: string;
  resource: string;
  kind: string;
  namespaced: boolean;
}

export interface KubeApiOptions {
  /** What Sluice itself may do; everything when left out. */
  allow?: (rule: AccessRule) => boolean;
  /** Answer discovery as API servers before 1.26 do. */
  classicDiscovery?: boolean;
  port?: number;
}

/** A pretended API server: discovery, version, reviews, and lists and watches of what `serve` adds. */
export class KubeApi {
  readonly resources = new Map<string, { served: Served; api: ResourceApi }>();
  readonly definitions = new ResourceApi(
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
  );
  allow: (rule: AccessRule) => boolean;
  /** The one `Authorization` that is let in; any when left out. */
  accepts: string | undefined;
  /** The status `/readyz` answers with. */
  readyz = 200;
  #api: ScriptedApi | undefined;
  readonly #classic: boolean;

  constructor(options: KubeApiOptions = {}) {
    this.allow = options.allow ?? (() => true);
    this.#classic = options.classicDiscovery ?? false;
  }

  async listen(port?: number): Promise<void> {
    this.#api = await scriptedApi((request, response) => this.#answer(request, response), {
      ...(port !== undefined && { port }),
    });
  }

  async close(): Promise<void> {
    await this.#api?.close();
  }

  get url(): string {
    return this.#api?.url ?? '';
  }

  get seen(): SeenRequest[] {
    return this.#api?.seen ?? [];
  }

  serve(group: string, version: string, resource: string, kind: string, namespaced = true): ResourceApi {
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const path = group === '' ? `/api/${version}/${resource}` : `/apis/${apiVersion}/${resource}`;
    const api = new ResourceApi(path, apiVersion, kind);
    this.resources.set(path, { served: { group, version, resource, kind, namespaced }, api });
    this.definitions.put(`${resource}.${group}`, '');
    return api;
  }

  /** Stops serving it: its watches end, requests get 404, discovery forgets it. */
  withdraw(api: ResourceApi): void {
    this.resources.delete(api.path);
    api.cut();
    const { resource, group } = ruleOfRequest({ path: api.path }) ?? { resource: '', group: '' };
    this.definitions.remove(`${resource}.${group}`, '');
  }

  #answer(request: SeenRequest, response: ServerResponse): unknown {
    const { path } = request;
    if (this.accepts !== undefined && request.headers.authorization !== this.accepts) return refuse(response, 401);
    if (path === '/readyz') return this.readyz === 200 ? 'ok' : refuse(response, this.readyz);
    if (path === '/version') return { gitVersion: 'v1.36.3' };
    if (path.endsWith('/selfsubjectreviews'))
      return { status: { userInfo: { username: 'sluice', groups: ['robots'] } } };
    if (path.endsWith('/selfsubjectaccessreviews'))
      return { status: { allowed: this.allow(attributesOf(request.body)) } };
    if (path.endsWith('/selfsubjectrulesreviews')) return { status: { incomplete: true, evaluationError: 'ask each' } };
    const discovered = this.#classic ? this.#classicDiscovery(path) : this.#aggregatedDiscovery(path);
    if (discovered !== undefined) return discovered;
    const rule = ruleOfRequest({
      method: request.method as 'GET',
      path,
      query: Object.fromEntries(request.query.entries()),
    });
    if (rule !== undefined && !this.allow(rule)) {
      return refuse(response, 403, { reason: 'Forbidden', message: `cannot ${rule.verb} ${rule.resource}` });
    }
    const resources = [this.definitions, ...[...this.resources.values()].map(({ api }) => api)];
    if (!resources.some((resource) => resource.answer(request, response)))
      refuse(response, 404, { reason: 'NotFound' });
    return undefined;
  }

  #served(): Served[] {
    return [...this.resources.values()].map(({ served }) => served);
  }

  #aggregatedDiscovery(path: string): object | undefined {
    if (path !== '/api' && path !== '/apis') return undefined;
    const groups = Map.groupBy(
      this.#served().filter(({ group }) => (path === '/api') === (group === '')),
      ({ group }) => group,
    );
    const items = [...groups].map(([name, served]) => ({
      metadata: { name },
      versions: [...Map.groupBy(served, ({ version }) => version)].map(([version, resources]) => ({
        version,
        resources: resources.map(({ resource, kind, namespaced }) => ({
          resource,
          responseKind: { group: name, version, kind },
          scope: namespaced ? 'Namespaced' : 'Cluster',
        })),
      })),
    }));
    return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', items };
  }

  #classicDiscovery(path: string): object | undefined {
    if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
    const groups = Map.groupBy(
      this.#served().filter(({ group }) => group !== ''),
      ({ group }) => group,
    );
    if (path === '/apis') {
      return {
        kind: 'APIGroupList',
        groups: [...groups].map(([name, served]) => ({
          name,
          versions: served.map(({ version }) => ({ version })),
          preferredVersion: { version: served.at(-1)?.version },
        })),
      };
    }
    const match = /^\/api(?:s\/([^/]+))?\/([^/]+)$/.exec(path);
    if (match === null) return undefined;
    const [, group = '', version] = match;
    const resources = this.#served().filter((one) => one.group === group && one.version === version);
    return {
      kind: 'APIResourceList',
      resources: resources.flatMap(({ resource, kind, namespaced }) => [
        { name: resource, kind, namespaced },
        { name: `${resource}/status`, kind, namespaced },
      ]),
    };
  }
}

function attributesOf(body: unknown): AccessRule {
  const { namespace, name, subresource, ...rest } = (body as { spec: { resourceAttributes: AccessRule } }).spec
    .resourceAttributes;
  return { ...rest, ...(namespace && { namespace }), ...(name && { name }), ...(subresource && { subresource }) };
}
