import express from 'express';
import type { Request, Response, Router } from 'express';
import { SluiceError, asSluiceError } from '../errors.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Services } from '../services.ts';
import type { Run } from './run.ts';
import { fromText } from './from-text.ts';
import { safeBack } from './safe-back.ts';
import type { Asker } from './registry.ts';
import { maySee } from './visible-to.ts';

type FormServices = Pick<Services, 'clusters' | 'operations' | 'runs' | 'identityOf' | 'config' | 'logger'>;
type Fields = Record<string, string | string[]>;

const mostObjects = 500;

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return Array.isArray(value) ? value.at(-1) : value;
}

/** `namespace/name`, or `/name` for what has no namespace. */
function objectOf(text: string): { namespace?: string; name: string } {
  const slash = text.indexOf('/');
  const namespace = text.slice(0, Math.max(slash, 0));
  const name = text.slice(slash + 1);
  if (slash === -1 || name === '' || name.includes('/')) {
    throw new SluiceError('invalid', `An object is namespace/name, not ${JSON.stringify(text.slice(0, 80))}.`, {
      field: 'object',
    });
  }
  return namespace === '' ? { name } : { namespace, name };
}

/** The inputs a form stands for: one, or one for each `object`. */
function inputsOf(fields: Fields): Record<string, unknown>[] {
  const { back: _back, object, ...shared } = fields;
  // A text field left empty was not filled in.
  const given = Object.fromEntries(Object.entries(shared).filter(([, value]) => value !== ''));
  if (object === undefined) return [given];
  const objects = new Set(Array.isArray(object) ? object : [object]);
  if (objects.size > mostObjects) {
    throw new SluiceError(
      'too_large',
      `At most ${mostObjects} objects can be picked at once, these are ${objects.size}.`,
    );
  }
  return [...objects].map((text) => ({ ...given, ...objectOf(text) }));
}

/** Starts one run for each input. All refused: throws the first refusal; only some: says so in its message. */
async function startAll(
  services: FormServices,
  name: string,
  inputs: readonly object[],
  asker: Asker,
): Promise<readonly Run[]> {
  const refusals: SluiceError[] = [];
  const runs: Run[] = [];
  for (const input of inputs) {
    try {
      runs.push(await services.operations.start(name, input, asker));
    } catch (error) {
      refusals.push(asSluiceError(error));
    }
  }
  const [first] = refusals;
  if (first === undefined) return runs;
  if (inputs.length === 1) throw first;
  const started = inputs.length - refusals.length;
  const sentences = [...new Set(refusals.map((refusal) => refusal.message))];
  const shown = sentences.slice(0, 5).join(' ');
  const more = sentences.length > 5 ? ` And ${sentences.length - 5} more.` : '';
  const kind = refusals.every((refusal) => refusal.kind === first.kind) ? first.kind : 'refused';
  throw new SluiceError(kind, `${started} of ${inputs.length} started, ${refusals.length} refused. ${shown}${more}`, {
    missing: refusals.flatMap((refusal) => refusal.missing),
  });
}

/** A page without script does not change by itself: what ends quickly has ended before the reader comes back to it. */
const someTimeMilliseconds = 2_000;

async function someTime(services: FormServices, runs: readonly Run[]): Promise<void> {
  const enough = AbortSignal.timeout(someTimeMilliseconds);
  // Whatever has not ended by then goes on, and the page says so.
  await Promise.allSettled(runs.map((run) => services.runs.ended(run.id, enough)));
}

function clusterOf(services: FormServices, request: Request): Cluster {
  const name = request.params['cluster'];
  if (typeof name !== 'string') return services.clusters.default;
  const cluster = services.clusters.get(name);
  if (cluster === undefined) throw new SluiceError('not_found', `There is no cluster named ${JSON.stringify(name)}.`);
  return cluster;
}

/** The buttons of the pages: plain forms that start actions, with or without script. */
export function formsRouter(services: FormServices): Router {
  const router = express.Router({ caseSensitive: true });
  const readForm = express.urlencoded({ extended: false, limit: '128kb', parameterLimit: 2_000 });

  function answer(request: Request, response: Response, fields: Fields): void {
    if (request.get('HX-Request') === 'true') {
      response.status(204).end();
      return;
    }
    response.redirect(303, safeBack(textOf(fields, 'back'), services.config.basePath));
  }

  async function dismiss(request: Request, response: Response): Promise<void> {
    const fields = (request.body ?? {}) as Fields;
    const cluster = clusterOf(services, request);
    const identity = services.identityOf(request, cluster);
    const id = textOf(fields, 'run') ?? '';
    safeBack(textOf(fields, 'back'), services.config.basePath);
    const run = services.runs.get(id);
    if (run?.cluster === cluster.name && (await maySee(run.subject, cluster, identity))) {
      services.runs.dismiss(run.id, identity);
    }
    answer(request, response, fields);
  }

  async function act(request: Request, response: Response): Promise<void> {
    const fields = (request.body ?? {}) as Fields;
    const name = String(request.params['operation']);
    const cluster = clusterOf(services, request);
    const asker = { cluster, identity: services.identityOf(request, cluster) };
    const operation = services.operations.get(name);
    if (operation?.type !== 'action') {
      throw new SluiceError('not_found', `There is no action named ${JSON.stringify(name.slice(0, 80))}.`);
    }
    safeBack(textOf(fields, 'back'), services.config.basePath);
    const inputs = inputsOf(fields).map((input) => fromText(operation, input));
    const runs = await startAll(services, name, inputs, asker);
    if (request.get('HX-Request') !== 'true') await someTime(services, runs);
    answer(request, response, fields);
  }

  for (const prefix of ['', '/clusters/:cluster']) {
    router.post(`${prefix}/actions/dismiss`, readForm, dismiss);
    router.post(`${prefix}/actions/:operation`, readForm, act);
  }
  return router;
}
