import { z } from 'zod';
import type { Entry } from '../../../kube/cluster.ts';
import type { KindDefinition } from '../kind.ts';
import { objectStates } from '../summary.ts';
import type { FluxSummary } from '../summary.ts';

const referenceOutput = z.object({
  group: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});

/** A Flux object in the JSON API's lists. */
export const summaryOutput = z.object({
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  state: z.enum(objectStates),
  because: z.string().optional().describe('Why it is not ready, in one sentence'),
  message: z.string().optional().describe('The controller’s own message'),
  reason: z.string().optional(),
  failedBefore: z.boolean().describe('It is being reconciled, and the try before failed'),
  since: z.string().optional(),
  suspension: z
    .object({ by: z.string().optional(), at: z.string().optional(), reason: z.string().optional() })
    .optional(),
  source: referenceOutput.optional(),
  dependsOn: z.array(referenceOutput),
  revision: z.object({ applied: z.string().optional(), attempted: z.string().optional() }),
  intervalSeconds: z.number().optional(),
  reconciledAt: z.string().optional(),
  owns: z.int().optional(),
  columns: z.record(z.string(), z.string()),
});

/** The summary without what only the pages need; what is undefined is left out when it becomes JSON. */
export function summaryAsJson(
  { object, summary }: Entry<FluxSummary>,
  kind: KindDefinition,
): z.infer<typeof summaryOutput> {
  const {
    searchText: _searchText,
    references: _references,
    plural: _plural,
    overdueAt: _overdueAt,
    ...shown
  } = summary;
  const { namespace, name } = object.metadata;
  const json = JSON.parse(JSON.stringify({ kind: kind.kind, namespace, name, ...shown })) as unknown;
  return json as z.infer<typeof summaryOutput>;
}
