import { z } from 'zod';
import { SluiceError } from '../../../errors.ts';
import { demandKnown } from '../../../kube/demand-known.ts';
import { defineOperation } from '../../../operations/define.ts';
import { summaryAsJson, summaryOutput } from '../actions/summary-as-json.ts';
import { look } from '../sight.ts';
import { bestHits, searchObjects } from './search-objects.ts';
import { parseSearch } from './search-query.ts';

const input = z.strictObject({
  q: z.string().describe('Words and operators: kind:, ns:, status:, label:, ! and *'),
  limit: z.int().min(1).max(200).optional().describe('How many at most, 20 when left out'),
});

const output = z.object({
  items: z.array(summaryOutput),
  total: z.int().describe('How many match, of all kinds'),
  counts: z.record(z.string(), z.int()).describe('How many match, by the plural of their kind'),
  problems: z.array(z.object({ kind: z.string(), subject: z.string(), message: z.string() })),
  asOf: z.string().optional(),
});

/** Everything the asker may see that fits, of all kinds, best first. */
export const searchOperation = defineOperation<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'flux.search',
  summary: 'Search Flux objects of all kinds',
  type: 'query',
  http: { method: 'GET', path: '/flux/search' },
  input,
  output,
  // What the asker may not list is left out and told among the problems.
  needs: () => [],
  timeoutMilliseconds: 30_000,
  async run({ q, limit = 20 }, { cluster, identity }) {
    const query = parseSearch(q);
    const [problem] = query.problems;
    if (problem !== undefined) throw new SluiceError('invalid', problem, { field: 'q' });
    const sight = await look(cluster, identity);
    demandKnown(sight.seen);
    const result = searchObjects(sight, query, new Date(), limit);
    const problems = sight.problems.filter(({ kind }) => kind !== 'absent');
    return {
      items: bestHits(result, limit).map(({ entry, kind }) => summaryAsJson(entry, kind)),
      total: result.total,
      counts: Object.fromEntries(result.groups.map((group) => [group.kind.plural, group.total])),
      problems: problems.map(({ kind, subject, message }) => ({ kind, subject, message })),
      ...(sight.asOf === undefined ? {} : { asOf: sight.asOf.toISOString() }),
    };
  },
});
