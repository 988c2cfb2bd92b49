import { z } from 'zod';
import { SluiceError } from '../../../errors.ts';
import type { Problem } from '../../../kube/cluster.ts';
import { getVisible } from '../../../kube/visible.ts';
import { maskObject } from '../../../mask-credentials.ts';
import { defineOperation } from '../../../operations/define.ts';
import type { Operation } from '../../../operations/define.ts';
import { kindFor, targetFields } from '../actions/target.ts';
import { referenceKey } from '../references.ts';
import { look } from '../sight.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import { addressOf } from './address.ts';
import { readObject } from './read-object.ts';
import { inventoryTree } from './read-tree.ts';
import type { InventoryNode } from './tree.ts';

const referenceOutput = z.object({
  group: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});

const nodeOutput = referenceOutput.extend({
  key: z.string().describe('group/kind/namespace/name'),
  madeBy: z.string().optional().describe('The key of the object that made it; absent for entries of the inventory'),
  version: z.string().optional(),
  status: z.string().describe('Current, InProgress, Failed, Terminating, NotFound or Unknown'),
  state: z.string().describe('The shape it is drawn with: ready, failing, reconciling, …'),
  says: z.string().describe('One phrase in plain words'),
  reason: z.string().optional(),
  detail: z.string().optional().describe('The longer words of who reported it'),
  images: z.array(z.string()),
  restarts: z.int().optional(),
  createdAt: z.string().optional(),
});

const problemOutput = z.object({
  kind: z.string(),
  subject: z.string(),
  message: z.string(),
  missing: z
    .array(z.object({ verb: z.string(), group: z.string(), resource: z.string(), namespace: z.string().optional() }))
    .optional()
    .describe('The rights that are missing'),
});

const inventoryOutput = z.object({
  items: z.array(nodeOutput).describe('Entries of the inventory, failing first, each followed by what it made'),
  total: z.int().describe('How many entries the inventory has'),
  counts: z.record(z.string(), z.int()).describe('Entries by state'),
  problems: z.array(problemOutput),
});

type NodeOutput = z.infer<typeof nodeOutput>;

function referenceAsJson({ group, kind, namespace, name }: ObjectReference): z.infer<typeof referenceOutput> {
  return { group, kind, ...(namespace !== undefined && { namespace }), name };
}

function nodeAsJson(node: InventoryNode, madeBy: string | undefined): NodeOutput {
  const { reference, served, health, images, restarts, createdAt } = node;
  const { status, state, says, reason, detail } = health;
  return {
    ...referenceAsJson(reference),
    key: referenceKey(reference),
    ...(madeBy !== undefined && { madeBy }),
    ...(served !== undefined && { version: served.version }),
    status,
    state,
    says,
    ...(reason !== undefined && { reason }),
    ...(detail !== undefined && { detail }),
    images: [...images],
    ...(restarts !== undefined && { restarts }),
    ...(createdAt !== undefined && { createdAt }),
  };
}

function flat(nodes: readonly InventoryNode[], madeBy?: string): NodeOutput[] {
  return nodes.flatMap((node) => {
    const made = [...node.children, ...node.folded];
    return [nodeAsJson(node, madeBy), ...flat(made, referenceKey(node.reference))];
  });
}

function problemAsJson({ kind, subject, message, missing }: Problem): z.infer<typeof problemOutput> {
  return { kind, subject, message, ...(missing !== undefined && { missing: missing.map((rule) => ({ ...rule })) }) };
}

const inventoryInput = z.strictObject(targetFields);

/** What a Flux object owns, with the health of each and what it made. */
const inventoryOperation = defineOperation<z.infer<typeof inventoryInput>, z.infer<typeof inventoryOutput>>({
  name: 'flux.inventory',
  summary: 'Get what a Flux object owns, with the health of each object',
  type: 'query',
  http: { method: 'GET', path: '/flux/:plural/:namespace/:name/inventory' },
  input: inventoryInput,
  output: inventoryOutput,
  // The object itself decides who may see it; of what it owns, each is read as the asker, and the rest is a problem.
  needs: () => [],
  timeoutMilliseconds: 30_000,
  async run({ plural, namespace, name }, { cluster, identity }) {
    const kind = kindFor(plural);
    const resource = { group: kind.group, resource: kind.plural };
    const { object } = await getVisible<FluxSummary>(cluster, resource, identity, namespace, name);
    const sight = await look(cluster, identity);
    const tree = await inventoryTree({ cluster, identity, object, sight, now: new Date() });
    if (tree === undefined)
      throw new SluiceError('not_found', `${kind.kind} ${namespace}/${name} has no inventory.`, {
        wayOut: 'It has applied nothing yet, or its Flux version keeps none for this kind.',
      });
    return {
      items: flat(tree.nodes),
      total: tree.nodes.length,
      counts: { ...tree.counts },
      problems: tree.problems.map(problemAsJson),
    };
  },
});

const objectInput = z.strictObject({
  group: z.string().describe('The API group; core for the core group'),
  version: z.string(),
  plural: z.string(),
  namespace: z.string().describe('_ for what has no namespace'),
  name: z.string(),
});

const objectOutput = z.object({
  object: z.record(z.string(), z.unknown()).describe('With credentials masked; of Secrets, without values'),
  health: nodeOutput,
  made: z.array(nodeOutput),
  owners: z.array(referenceOutput).describe('Who made it, nearest first'),
  managedBy: z.array(referenceOutput).describe('The Flux objects that applied it'),
  problems: z.array(problemOutput),
});

/** Any object with its health, what it made, and who made and applied it. */
const objectOperation = defineOperation<z.infer<typeof objectInput>, z.infer<typeof objectOutput>>({
  name: 'kube.object',
  summary: 'Get any object, with its health and what stands around it',
  type: 'query',
  http: { method: 'GET', path: '/objects/:group/:version/:plural/:namespace/:name' },
  input: objectInput,
  output: objectOutput,
  // It is read as the asker, so the API server itself decides.
  needs: () => [],
  timeoutMilliseconds: 30_000,
  async run(input, { cluster, identity }) {
    const address = addressOf(cluster, input);
    const seen = await readObject({ cluster, identity, address, now: new Date() });
    if (seen === undefined) {
      const key = address.namespace === undefined ? address.name : `${address.namespace}/${address.name}`;
      throw new SluiceError('not_found', `There is no ${address.resource.kind} ${key} in the cluster ${cluster.name}.`);
    }
    const { object, node, owners, managers, problems } = seen;
    const key = referenceKey(node.reference);
    return {
      object: maskObject(object),
      health: nodeAsJson(node, undefined),
      made: flat([...node.children, ...node.folded], key),
      owners: owners.map(({ reference }) => referenceAsJson(reference)),
      managedBy: managers.map(referenceAsJson),
      problems: problems.map(problemAsJson),
    };
  },
});

/** Queries about what is owned and about any object. */
export const inventoryOperations = [inventoryOperation, objectOperation] as unknown as readonly Operation<
  never,
  unknown
>[];
