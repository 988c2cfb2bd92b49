import { z } from 'zod';
import type { Comparison } from './compare-texts.ts';

/** A comparison as the API answers it. */
export const comparisonOutput = z.object({
  added: z.int(),
  removed: z.int(),
  unified: z.string().describe('Changed lines with three around them, each with +, - or a blank before it'),
  tooDifferent: z.boolean(),
});

const signs = { same: ' ', removed: '-', added: '+' };

/** A comparison for the API: the changed stretches as a unified difference. */
export function comparisonAsJson({
  added,
  removed,
  stretches,
  tooDifferent,
}: Comparison): z.infer<typeof comparisonOutput> {
  const unified = stretches
    .map((lines) => lines.map(({ change, text }) => `${signs[change]}${text}\n`).join(''))
    .join('@@\n');
  return { added, removed, unified, tooDifferent };
}
