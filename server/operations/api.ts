import express from 'express';
import type { NextFunction, Request, RequestHandler, Response, Router } from 'express';
import { SluiceError, asSluiceError } from '../errors.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Services } from '../services.ts';
import { auditAsJson, errorAsJson, runAsJson } from './as-json.ts';
import type { Operation } from './define.ts';
import { fromText } from './from-text.ts';
import { openApi } from './open-api.ts';
import { maySee, visibleTo } from './visible-to.ts';

type ApiServices = Pick<Services, 'clusters' | 'operations' | 'runs' | 'audit' | 'identityOf' | 'logger'>;

const largestBody = '64kb';
const mostAuditEntries = 500;

function clusterOf(services: ApiServices, request: Request): Cluster {
  const name = request.params['cluster'];
  if (typeof name !== 'string') return services.clusters.default;
  const cluster = services.clusters.get(name);
  if (cluster === undefined) throw new SluiceError('not_found', `There is no cluster named ${JSON.stringify(name)}.`);
  return cluster;
}

/** Aborted when the one who asked has gone away. */
function goneAway(response: Response): AbortSignal {
  const abort = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) abort.abort(new SluiceError('failed', 'The one who asked has gone away.'));
  });
  return abort.signal;
}

const onlyJson: RequestHandler = (request, _response, next) => {
  const length = request.headers['content-length'];
  const empty = request.headers['transfer-encoding'] === undefined && (length === undefined || length === '0');
  if (empty || request.is('application/json') === 'application/json') {
    next();
    return;
  }
  next(new SluiceError('invalid', 'The body must be JSON, sent as application/json.'));
};

/** Path, query and body as one input; what the path says cannot be said otherwise. */
function inputOf(operation: Operation, request: Request): Record<string, unknown> {
  const { cluster: _cluster, ...path } = request.params;
  const { wait: _wait, ...query } = request.query as Record<string, unknown>;
  const body: unknown = request.body ?? {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new SluiceError('invalid', 'The body must be a JSON object.');
  }
  for (const key of Object.keys(path)) {
    if (!Object.hasOwn(body, key) && !Object.hasOwn(query, key)) continue;
    throw new SluiceError('invalid', `${key} is told by the path; leave it out of the body and the query.`, {
      field: key,
    });
  }
  return { ...fromText(operation, { ...(operation.type === 'query' ? query : {}), ...path }), ...body };
}

function demandKnownQuery(operation: Operation, request: Request): void {
  if (operation.type === 'query') return;
  const unknown = Object.keys(request.query).find((key) => key !== 'wait');
  if (unknown === undefined) return;
  throw new SluiceError('invalid', `Fields of an action stand in its JSON body, not in the query: ${unknown}.`, {
    field: unknown,
  });
}

function handlerOf(operation: Operation, services: ApiServices): RequestHandler {
  return async (request, response) => {
    const cluster = clusterOf(services, request);
    const asker = { cluster, identity: services.identityOf(request, cluster) };
    demandKnownQuery(operation, request);
    const input = inputOf(operation, request);
    const gone = goneAway(response);
    if (operation.type === 'query') {
      const data = await services.operations.query(operation.name, input, asker, gone);
      response.json({ success: true, data });
      return;
    }
    const run = await services.operations.start(operation.name, input, asker);
    if (request.query['wait'] !== 'true') {
      response
        .status(202)
        .location(`${request.baseUrl}/runs/${run.id}`)
        .json({ success: true, data: runAsJson(run) });
      return;
    }
    const ended = await services.runs.ended(run.id, gone);
    if (ended.error !== undefined) {
      response
        .status(ended.error.status)
        .json({ success: false, error: errorAsJson(ended.error), data: runAsJson(ended) });
      return;
    }
    response.json({ success: true, data: runAsJson(ended) });
  };
}

function readLimit(request: Request): number {
  const text = request.query['limit'];
  if (text === undefined) return 100;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostAuditEntries) return limit;
  throw new SluiceError('invalid', `limit must be a whole number from 1 to ${mostAuditEntries}.`, { field: 'limit' });
}

function clusterRouter(services: ApiServices): Router {
  const router = express.Router({ mergeParams: true, caseSensitive: true });

  router.get('/runs/:id', async (request, response) => {
    const cluster = clusterOf(services, request);
    const run = services.runs.get(request.params.id);
    if (run?.cluster !== cluster.name || !(await maySee(run.subject, cluster, services.identityOf(request, cluster)))) {
      throw new SluiceError('not_found', 'There is no such run, or it ended over an hour ago.');
    }
    response.json({ success: true, data: runAsJson(run) });
  });

  router.get('/audit', async (request, response) => {
    const cluster = clusterOf(services, request);
    const entries = services.audit.entries({ cluster: cluster.name });
    const limit = readLimit(request);
    const visible = await visibleTo(entries, cluster, services.identityOf(request, cluster));
    response.json({
      success: true,
      data: { items: visible.slice(0, limit).map((entry) => auditAsJson(entry)), total: visible.length },
    });
  });

  for (const operation of services.operations.list()) {
    const handler = handlerOf(operation, services);
    if (operation.http.method === 'GET') router.get(operation.http.path, handler);
    else router.post(operation.http.path, handler);
  }
  return router;
}

/** What express and its body parser throw for a bad request, in our words. */
function fromHttpError(thrown: unknown): unknown {
  if (thrown instanceof SluiceError) return thrown;
  const { type, status } = thrown as { type?: string; status?: number };
  if (type === 'entity.too.large') {
    return new SluiceError('too_large', `The body is larger than ${largestBody}.`, { cause: thrown });
  }
  if (type === 'entity.parse.failed') {
    return new SluiceError('invalid', 'The body is not valid JSON.', { cause: thrown });
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new SluiceError('invalid', 'The request is not valid.', { cause: thrown });
  }
  return thrown;
}

/** The JSON API, to be mounted at /api/v1: every operation, runs, the audit trail and their OpenAPI document. */
export function apiRouter(services: ApiServices): Router {
  const router = express.Router({ caseSensitive: true });
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  router.get('/openapi.json', (request, response) => {
    response.json(
      openApi(
        services.operations.list(),
        services.clusters.list().map((cluster) => cluster.name),
        request.baseUrl,
      ),
    );
  });
  router.use(onlyJson, express.json({ limit: largestBody, strict: true, type: 'application/json' }));
  router.use('/clusters/:cluster', clusterRouter(services));
  router.use(clusterRouter(services));
  router.use((request) => {
    throw new SluiceError('not_found', `The API has no ${request.method} ${request.path}.`, {
      wayOut: `${request.baseUrl}/openapi.json lists what there is.`,
    });
  });
  router.use((thrown: unknown, request: Request, response: Response, next: NextFunction) => {
    const error = asSluiceError(fromHttpError(thrown));
    if (error.kind === 'internal') services.logger.error({ err: thrown, path: request.path }, 'An API request failed.');
    if (response.headersSent) {
      next(thrown);
      return;
    }
    response.status(error.status).json({ success: false, error: errorAsJson(error) });
  });
  return router;
}
