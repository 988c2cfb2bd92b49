import { z } from 'zod';

/** A name or a namespace in the input of an operation. */
export const dnsName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'is no name of Kubernetes');

/** The number of a revision in the input or answer of an operation. */
export const revisionNumber = z.int().min(1);
