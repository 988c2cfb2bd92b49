import { z } from 'zod';
import { visible } from '../../../kube/visible.ts';
import type { Operation } from '../../../operations/define.ts';
import { defineOperation } from '../../../operations/define.ts';
import { controllerState } from '../controllers/controller-state.ts';
import { releasesAsOf, standingOf } from '../controllers/flux-releases.ts';
import { readControllers } from '../controllers/read-controllers.ts';
import type { EventSummary } from '../events.ts';
import { mostLines, parseLogQuery } from '../log-lines/query.ts';
import { logRights, namespaceOf, readLogs } from '../log-lines/read-logs.ts';
import { parseEventFilter, selectEvents } from '../select-events.ts';
import { problemAsJson, problemOutput } from './problem-as-json.ts';

/** What came as fields, as the query string that the page of the same reads. */
function parametersOf(input: Readonly<Record<string, string | number | boolean | undefined>>): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(input)) if (value !== undefined) parameters.set(key, String(value));
  return parameters;
}

const objectOutput = z.object({
  group: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});

const eventsInput = z.strictObject({
  kind: z
    .string()
    .optional()
    .describe('A kind by its name; `any` for everything in the cluster, else only objects of Flux'),
  namespace: z.string().optional(),
  severity: z.enum(['normal', 'warning']).optional(),
  reason: z.string().optional(),
  q: z.string().optional().describe('Words to search for; ! in front leaves out'),
  page: z.int().min(1).optional(),
});

const eventsOutput = z.object({
  items: z.array(
    z.object({
      object: objectOutput,
      severity: z.enum(['normal', 'warning']),
      reason: z.string(),
      message: z.string(),
      count: z.int().describe('How often it was told; repeated ones are folded'),
      firstAt: z.string().optional(),
      lastAt: z.string().optional(),
      reportedBy: z.string().optional(),
    }),
  ),
  total: z.int(),
  page: z.int(),
  pages: z.int(),
  counts: z.object({ warning: z.int(), normal: z.int() }),
  problems: z.array(problemOutput),
});

/** What the controllers have told, as its page shows it. */
const eventsOperation = defineOperation<z.infer<typeof eventsInput>, z.infer<typeof eventsOutput>>({
  name: 'flux.events',
  summary: 'List the events about Flux objects, newest first',
  type: 'query',
  http: { method: 'GET', path: '/flux/events' },
  input: eventsInput,
  output: eventsOutput,
  // Who may see only a part gets that part, and is told so among the problems.
  needs: () => [],
  timeoutMilliseconds: 30_000,
  async run(input, { cluster, identity }) {
    const filter = parseEventFilter(parametersOf(input));
    const seen = await visible<EventSummary>(cluster, { group: '', resource: 'events' }, identity);
    const { rows, total, page, pages, counts } = selectEvents(seen.entries, filter);
    return {
      items: rows.map(({ about, warning, reason, message, count, firstAt, lastAt, component }) => ({
        object: {
          group: about.group,
          kind: about.kind,
          name: about.name,
          ...(about.namespace !== undefined && { namespace: about.namespace }),
        },
        severity: warning ? 'warning' : 'normal',
        reason,
        message,
        count,
        ...(firstAt !== undefined && { firstAt }),
        ...(lastAt !== undefined && { lastAt }),
        ...(component !== undefined && { reportedBy: component }),
      })),
      total,
      page,
      pages,
      counts,
      problems: seen.problems.map(problemAsJson),
    };
  },
});

const logsInput = z.strictObject({
  namespace: z.string().optional().describe("Flux's own when left out"),
  pod: z.string().optional(),
  container: z.string().optional(),
  controller: z.string().optional().describe('kustomize-controller and so on; all of them when left out'),
  level: z.enum(['debug', 'info', 'error']).optional().describe('The least grave one'),
  since: z.string().optional().describe('30s, 15m, 6h, 2d'),
  tail: z.int().min(1).max(mostLines).optional().describe('How many of the newest lines that match'),
  q: z.string().optional().describe('Words to search for; ! in front leaves out'),
  object: z.string().optional().describe('Kind/namespace/name that the lines are about'),
  previous: z.boolean().optional().describe('Of the containers before their last restart'),
});

const logsOutput = z.object({
  lines: z.array(
    z.object({
      at: z.string().optional(),
      pod: z.string(),
      container: z.string(),
      level: z.string().optional(),
      message: z.string(),
      error: z.string().optional(),
      object: objectOutput.optional(),
      raw: z.string(),
    }),
  ),
  looked: z.int().describe('How many lines were looked at'),
  matched: z.int(),
  problems: z.array(z.object({ kind: z.string(), pod: z.string(), container: z.string(), message: z.string() })),
});

/** Lines of controllers and pods, as their page shows them. */
const logsOperation = defineOperation<z.infer<typeof logsInput>, z.infer<typeof logsOutput>>({
  name: 'flux.logs',
  summary: "Read the logs of Flux's controllers or of any pod",
  type: 'query',
  http: { method: 'GET', path: '/flux/logs' },
  input: logsInput,
  output: logsOutput,
  needs: (input, cluster) =>
    input.pod !== undefined && input.container !== undefined
      ? logRights(namespaceOf(parseLogQuery(parametersOf(input)), cluster)).filter(({ verb }) => verb === 'get')
      : logRights(namespaceOf(parseLogQuery(parametersOf(input)), cluster)),
  timeoutMilliseconds: 30_000,
  async run(input, { cluster, identity }) {
    const { lines, looked, matched, problems } = await readLogs(cluster, identity, parseLogQuery(parametersOf(input)));
    return {
      lines: lines.map(({ at, source, level, message, error, object, raw }) => ({
        ...(at !== undefined && { at }),
        pod: source.pod,
        container: source.container,
        ...(level !== undefined && { level }),
        message,
        ...(error !== undefined && { error }),
        ...(object !== undefined && {
          object: {
            group: object.group,
            kind: object.kind,
            name: object.name,
            ...(object.namespace !== undefined && { namespace: object.namespace }),
          },
        }),
        raw,
      })),
      looked,
      matched,
      problems: problems.map(({ kind, source, message }) => ({
        kind,
        pod: source.pod,
        container: source.container,
        message,
      })),
    };
  },
});

const controllersOutput = z.object({
  namespace: z.string(),
  flux: z.object({
    version: z.string().optional(),
    standing: z.string(),
    sentence: z.string(),
    knownAsOf: z.string(),
  }),
  items: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      sentence: z.string().optional(),
      image: z.string(),
      version: z.string().optional(),
      replicas: z.object({ wanted: z.int(), ready: z.int() }),
      restarts: z.int().optional(),
      lastEnd: z.object({ reason: z.string(), exitCode: z.int().optional(), at: z.string().optional() }).optional(),
      leader: z.object({ pod: z.string(), renewedAt: z.string().optional() }).optional(),
      arguments: z.array(z.string()),
      resources: z.array(
        z.object({
          name: z.string(),
          kind: z.string(),
          served: z.array(z.string()),
          storage: z.string().optional(),
          stored: z.array(z.string()),
        }),
      ),
    }),
  ),
  problems: z.array(problemOutput),
});

/** The controllers of Flux and how they do. */
const controllersOperation = defineOperation<Record<string, never>, z.infer<typeof controllersOutput>>({
  name: 'flux.controllers',
  summary: 'List the controllers of Flux with version, readiness, restarts, leader and kinds',
  type: 'query',
  http: { method: 'GET', path: '/flux/controllers' },
  input: z.strictObject({}),
  output: controllersOutput,
  // Reading them asks for the right to Deployments itself; what else is missing is told among the problems.
  needs: () => [],
  timeoutMilliseconds: 30_000,
  async run(_input, { cluster, identity }) {
    const found = await readControllers(cluster, identity);
    const standing = standingOf(found.fluxVersion);
    return {
      namespace: found.namespace,
      flux: {
        ...(found.fluxVersion !== undefined && { version: found.fluxVersion }),
        standing: standing.word,
        sentence: standing.sentence,
        knownAsOf: releasesAsOf,
      },
      items: found.controllers.map((controller) => {
        const { state, sentence } = controllerState(controller, new Date());
        const { lastEnd, leader } = controller;
        return {
          name: controller.name,
          state,
          ...(sentence !== '' && { sentence }),
          image: controller.image,
          ...(controller.version !== undefined && { version: controller.version }),
          replicas: { wanted: controller.wanted, ready: controller.ready },
          ...(controller.restarts !== undefined && { restarts: controller.restarts }),
          ...(lastEnd !== undefined && {
            lastEnd: {
              reason: lastEnd.reason,
              ...(lastEnd.exitCode !== undefined && { exitCode: lastEnd.exitCode }),
              ...(lastEnd.at !== undefined && { at: lastEnd.at }),
            },
          }),
          ...(leader !== undefined && {
            leader: { pod: leader.pod, ...(leader.renewedAt !== undefined && { renewedAt: leader.renewedAt }) },
          }),
          arguments: controller.arguments,
          resources: controller.definitions.map(({ name, kind, versions, storedVersions }) => {
            const storage = versions.find((version) => version.storage)?.name;
            return {
              name,
              kind,
              served: versions.filter(({ served }) => served).map((version) => version.name),
              ...(storage !== undefined && { storage }),
              stored: storedVersions,
            };
          }),
        };
      }),
      problems: found.problems.map(problemAsJson),
    };
  },
});

/** What can be asked of Flux as a whole. Their paths are spelled out, so they go before those with a kind in them. */
export const lookIntoOperations = [
  eventsOperation,
  logsOperation,
  controllersOperation,
] as unknown as readonly Operation<never, unknown>[];
