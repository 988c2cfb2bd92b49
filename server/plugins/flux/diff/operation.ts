import { z } from 'zod';
import { getVisible } from '../../../kube/visible.ts';
import { defineOperation } from '../../../operations/define.ts';
import type { Operation } from '../../../operations/define.ts';
import { takeTurns } from '../../../take-turns.ts';
import { comparisonAsJson, comparisonOutput } from '../../../text-diff/comparison-as-json.ts';
import { problemAsJson, problemOutput } from '../actions/problem-as-json.ts';
import { targetFields } from '../actions/target.ts';
import { humanDuration } from '../duration.ts';
import { kustomization } from '../kinds/kustomization.ts';
import { look } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary } from '../summary.ts';
import { objectChanges } from './diff.ts';
import type { KustomizationDiff, ObjectDiff } from './diff.ts';
import type { Comparison, KeptDiffs } from './kept-diffs.ts';
import { objectComparer } from './object-comparison.ts';
import { standingOf } from './standing.ts';

const input = z.strictObject({ namespace: targetFields.namespace, name: targetFields.name });

const objectOutput = z.object({
  group: z.string(),
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  change: z
    .enum(objectChanges as [string, ...string[]])
    .describe(
      'create, update, recreate, delete, none; skipped and kept are left alone; refused and unknown have a problem',
    ),
  origin: z.enum(['cluster', 'source', 'both']).optional().describe('Where an update comes from'),
  writers: z
    .array(z.object({ manager: z.string(), subresource: z.string().optional(), at: z.string().optional() }))
    .describe('Who set in the cluster what applying would change'),
  notes: z.array(z.string()),
  problem: z
    .object({ kind: z.enum(['forbidden', 'refused', 'failed', 'limited']), message: z.string() })
    .extend({ missing: problemOutput.shape.missing })
    .optional(),
  comparison: comparisonOutput.optional().describe('Absent where nothing differs or nothing may be shown'),
});

const output = z.object({
  revision: z.string().describe('What was built: the newest revision of the source'),
  applied: z.string().optional().describe('What Flux has applied the last time'),
  shows: z
    .enum(['drift', 'ahead', 'same'])
    .describe('drift: of what is applied; ahead: of what is not applied yet; same: nothing differs'),
  says: z.array(z.string()).describe('What one looks at, and what Flux will do about it'),
  comparedAt: z.string(),
  builtWith: z.string(),
  counts: z.record(z.string(), z.int()).describe('Objects by change'),
  objects: z.array(objectOutput).describe('Those that are the same are counted and left out'),
  problems: z.array(problemOutput),
  leftOut: z.int().describe('Objects that were built and not compared, because there are too many'),
});

/** What a Kustomization would change, and drift. */
export function diffOperations(kept: KeptDiffs): readonly Operation<never, unknown>[] {
  const diff = defineOperation<z.infer<typeof input>, z.infer<typeof output>>({
    name: 'flux.diff',
    summary: 'Compare what a Kustomization would apply with the cluster; nothing is written',
    type: 'query',
    http: { method: 'GET', path: '/flux/kustomizations/:namespace/:name/diff' },
    input,
    output,
    // The object itself decides who may see it; what it applies is read and tried as the asker, object by object.
    needs: () => [],
    timeoutMilliseconds: 100_000,
    async run({ namespace, name }, { cluster, identity, signal }) {
      const resource = { group: kustomization.group, resource: kustomization.plural };
      const found = await getVisible<FluxSummary>(cluster, resource, identity, namespace, name);
      const { object, summary } = entryAt(found, new Date());
      const sight = await look(cluster, identity);
      const source = summary.source === undefined ? undefined : sight.entry(summary.source)?.object;
      const comparison = kept.look({ cluster, identity, kustomization: object, source });
      const done = await settled(comparison, signal);
      const standing = standingOf(object, done, humanDuration(summary.intervalSeconds ?? 0));
      const compare = objectComparer(signal);
      const objects: z.infer<typeof objectOutput>[] = [];
      const turn = takeTurns();
      for (const each of done.objects) {
        await turn();
        if (each.change !== 'none') objects.push(await objectAsJson(each, compare));
      }
      return {
        revision: done.revision,
        ...(summary.revision.applied !== undefined && { applied: summary.revision.applied }),
        shows: standing.kind,
        says: [standing.what, standing.next].filter((sentence) => sentence !== ''),
        comparedAt: done.comparedAt,
        builtWith: done.builtWith,
        counts: { ...done.counts },
        objects,
        problems: done.problems.map(problemAsJson),
        leftOut: done.leftOut,
      };
    },
  });
  return [diff] as unknown as readonly Operation<never, unknown>[];
}

/** Waits for a comparison that others may wait for too. Throws what it ended with, or when the asker waits no longer. */
export async function settled(comparison: Comparison, signal: AbortSignal): Promise<KustomizationDiff> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([comparison.over, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
  if (comparison.diff === undefined) throw comparison.error ?? new Error('A comparison ended without a result.');
  return comparison.diff;
}

async function objectAsJson(
  object: ObjectDiff,
  compare: ReturnType<typeof objectComparer>,
): Promise<z.infer<typeof objectOutput>> {
  const { reference, apiVersion, change, origin, writers, notes, problem, before, after } = object;
  const { group, kind, namespace, name } = reference;
  return {
    group,
    apiVersion,
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
    change,
    ...(origin !== undefined && { origin }),
    writers: writers.map(({ manager, subresource, at }) => ({
      manager,
      ...(subresource !== undefined && { subresource }),
      ...(at !== undefined && { at }),
    })),
    notes: [...notes],
    ...(problem !== undefined && {
      problem: { kind: problem.kind, message: problem.message, missing: problem.missing.map((rule) => ({ ...rule })) },
    }),
    ...((before !== undefined || after !== undefined) && { comparison: comparisonAsJson(await compare(object)) }),
  };
}
