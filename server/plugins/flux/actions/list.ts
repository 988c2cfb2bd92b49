import { z } from 'zod';
import { demandKnown } from '../../../kube/demand-known.ts';
import { getVisible, visible } from '../../../kube/visible.ts';
import { maskObject } from '../../../mask-credentials.ts';
import { defineOperation } from '../../../operations/define.ts';
import { parseFilter } from '../filter.ts';
import { selectPage } from '../select-page.ts';
import { entryAt } from '../summarize.ts';
import { objectStates } from '../summary.ts';
import type { FluxSummary } from '../summary.ts';
import { problemAsJson, problemOutput } from './problem-as-json.ts';
import { summaryAsJson, summaryOutput } from './summary-as-json.ts';
import { kindFor, targetFields } from './target.ts';

const listInput = z.strictObject({
  plural: targetFields.plural,
  namespace: z.string().optional(),
  status: z
    .string()
    .optional()
    .describe(`One or several with commas: ${objectStates.join(', ')}`),
  q: z.string().optional().describe('Words to search for'),
  label: z.string().optional().describe('A label selector'),
  source: z.string().optional().describe('Kind/namespace/name of the source'),
  sort: z.string().optional().describe('A column; - in front turns the order round'),
  page: z.int().min(1).optional(),
});

const listOutput = z.object({
  items: z.array(summaryOutput),
  total: z.int(),
  page: z.int(),
  pages: z.int(),
  counts: z.record(z.string(), z.int()),
  problems: z.array(problemOutput),
  asOf: z.string().optional(),
});

const getInput = z.strictObject(targetFields);
const getOutput = z.object({
  summary: summaryOutput,
  object: z.record(z.string(), z.unknown()),
  asOf: z.string().optional(),
});

function asOfText(asOf: Date | undefined): { asOf?: string } {
  return asOf === undefined ? {} : { asOf: asOf.toISOString() };
}

/** The list of a kind, as its page shows it: same filters, same order. */
export const listOperation = defineOperation<z.infer<typeof listInput>, z.infer<typeof listOutput>>({
  name: 'flux.list',
  summary: 'List the Flux objects of a kind',
  type: 'query',
  http: { method: 'GET', path: '/flux/:plural' },
  input: listInput,
  output: listOutput,
  // Who may see only a part gets that part, and is told so among the problems; who may see nothing is refused.
  needs: () => [],
  timeoutMilliseconds: 30_000,
  async run(input, { cluster, identity }) {
    const { plural, ...query } = input;
    const kind = kindFor(plural);
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined) parameters.set(key, String(value));
    const filter = parseFilter(parameters, kind);
    const resource = { group: kind.group, resource: kind.plural };
    const seen = await visible<FluxSummary>(cluster, resource, identity);
    demandKnown([seen]);
    const { entries, scope, problems, asOf } = seen;
    const now = new Date();
    const collection = cluster.collection<FluxSummary>(resource);
    const selected = selectPage(entries, filter, kind, now, { collection, scope });
    return {
      items: selected.rows.map((entry) => summaryAsJson(entry, kind)),
      total: selected.total,
      page: selected.page,
      pages: selected.pages,
      counts: selected.counts,
      problems: problems.map(problemAsJson),
      ...asOfText(asOf),
    };
  },
});

/** One object: its summary, and itself with credentials masked. */
export const getOperation = defineOperation<z.infer<typeof getInput>, z.infer<typeof getOutput>>({
  name: 'flux.get',
  summary: 'Get one Flux object',
  type: 'query',
  http: { method: 'GET', path: '/flux/:plural/:namespace/:name' },
  input: getInput,
  output: getOutput,
  // The object itself decides who may see it: by listing or by getting.
  needs: () => [],
  timeoutMilliseconds: 30_000,
  async run({ plural, namespace, name }, { cluster, identity }) {
    const kind = kindFor(plural);
    const resource = { group: kind.group, resource: kind.plural };
    const found = await getVisible<FluxSummary>(cluster, resource, identity, namespace, name);
    const entry = entryAt(found, new Date());
    return {
      summary: summaryAsJson(entry, kind),
      object: maskObject(entry.object),
      ...asOfText(cluster.collection(resource).asOf),
    };
  },
});
