import { z } from 'zod';
import { SluiceError } from '../../../errors.ts';
import { demandKnown } from '../../../kube/demand-known.ts';
import { defineOperation } from '../../../operations/define.ts';
import { look } from '../sight.ts';
import { buildGraph } from './build-graph.ts';
import type { GraphNode } from './graph.ts';
import { edgeTypes, nodeTypes } from './graph.ts';
import { groupings, parseGraphFilter } from './graph-filter.ts';
import { groupGraph } from './group-graph.ts';
import { withInventories } from './read-inventories.ts';
import { selectGraph } from './select-graph.ts';

const input = z.strictObject({
  namespace: z.string().optional().describe('One namespace, with what it is joined to'),
  kind: z.string().optional().describe('A plural: kustomizations'),
  status: z.string().optional().describe('States, comma separated, or attention; each comes with the way there'),
  focus: z.string().optional().describe('<plural>/<namespace>/<name>: what leads to it and what comes of it'),
  group: z.enum(groupings).optional().describe('One node for each namespace or kind; none when left out'),
  show: z.enum(['all', 'flow']).optional().describe('flow: only edges along which a revision goes'),
  inventory: z
    .enum(['show', 'hide'])
    .optional()
    .describe('show: also what they own, down to Pods, read as the asker; of the focus and what comes of it'),
  more: z.string().optional().describe('With an inventory: ids of nodes, comma separated, of which more is wanted'),
});

const node = z.object({
  id: z.string(),
  type: z.enum(nodeTypes),
  kind: z.string(),
  plural: z.string().optional(),
  namespace: z.string().optional(),
  name: z.string(),
  state: z.string(),
  because: z.string().optional(),
  since: z.string().optional(),
  count: z.int(),
  counts: z.record(z.string(), z.int()).optional().describe('Of a group: objects by state'),
  labels: z.string().optional().describe('What a wildcard asks for; of a rest, its kinds'),
  owned: z
    .object({
      group: z.string().optional(),
      version: z.string().optional(),
      plural: z.string().optional(),
      owner: z.string().describe('The Flux object whose inventory it came with'),
      parent: z.string().describe('What it hangs on'),
      reason: z.string().optional(),
      folded: z.int().describe('ReplicaSets it made that are scaled to zero'),
    })
    .optional(),
});

const edge = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  type: z.enum(edgeTypes),
  flow: z.enum(['full', 'moving', 'dry', 'none']),
  heldAt: z.enum(['from', 'to']).optional(),
  heldBy: z.string().optional(),
  count: z.int(),
});

const output = z.object({
  nodes: z.array(node),
  edges: z.array(edge),
  problems: z.array(z.object({ kind: z.string(), subject: z.string(), message: z.string() })),
  unread: z.int().optional().describe('Objects whose inventories are too much for one answer'),
  asOf: z.string().optional(),
});

/** The graph of the Flux objects the asker may see. */
export const graphOperation = defineOperation<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'flux.graph',
  summary: 'The graph of Flux objects: sources, reconcilers, dependencies, notifications',
  type: 'query',
  http: { method: 'GET', path: '/flux/graph' },
  input,
  output,
  // What the asker may not list is left out and told among the problems.
  needs: () => [],
  timeoutMilliseconds: 30_000,
  async run(asked, { cluster, identity }) {
    const query = new URLSearchParams(told(asked));
    const filter = parseGraphFilter(query);
    const sight = await look(cluster, identity);
    demandKnown(sight.seen);
    const whole = buildGraph(sight, new Date(), filter.focus);
    if (filter.focus !== undefined && !whole.nodes.some(({ id }) => id === filter.focus)) {
      throw new SluiceError('not_found', `There is no object ${filter.focus} in the graph.`);
    }
    const bare = groupGraph(selectGraph(whole, filter), filter.group ?? 'none', []);
    const read = filter.inventory
      ? await withInventories(bare, { cluster, identity, sight, filter, now: new Date() })
      : undefined;
    const { nodes, edges } = read?.graph ?? bare;
    const problems = [...sight.problems.filter(({ kind }) => kind !== 'absent'), ...(read?.problems ?? [])];
    return {
      nodes: nodes.map(nodeAsJson),
      edges: edges.map(told),
      ...(read !== undefined && { unread: read.unread }),
      problems: problems.map(({ kind, subject, message }) => ({ kind, subject, message })),
      ...(sight.asOf === undefined ? {} : { asOf: sight.asOf.toISOString() }),
    };
  },
});

function nodeAsJson({ owned, ...rest }: GraphNode): z.infer<typeof node> {
  if (owned === undefined) return told(rest);
  const { served, ...facts } = owned;
  return {
    ...told(rest),
    owned: { ...told(facts), ...(served !== undefined && { version: served.version, plural: served.resource }) },
  };
}

/** Without the fields that say nothing. */
function told<T extends object>(record: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never;
}
