import { z } from 'zod';
import type { Problem } from '../../../kube/cluster.ts';

const ruleOutput = z.object({
  verb: z.string(),
  group: z.string(),
  resource: z.string(),
  subresource: z.string().optional(),
  namespace: z.string().optional(),
  name: z.string().optional(),
});

/** A part of an answer that could not be had. */
export const problemOutput = z.object({
  kind: z.string(),
  subject: z.string(),
  message: z.string(),
  missing: z.array(ruleOutput).optional().describe('The rights that are missing'),
  since: z.string().optional(),
});

/** A problem as the API tells it. */
export function problemAsJson({ kind, subject, message, missing, since }: Problem): z.infer<typeof problemOutput> {
  return {
    kind,
    subject,
    message,
    ...(missing === undefined ? {} : { missing: missing.map((rule) => ({ ...rule })) }),
    ...(since === undefined ? {} : { since: since.toISOString() }),
  };
}
