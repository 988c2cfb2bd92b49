import type { z } from 'zod';
import type { AccessRule } from '../errors.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Identity } from '../kube/identity.ts';

/** The object an action is done to: what audit, runs and rows name. `resource` is the plural. */
export interface Subject {
  group: string;
  resource: string;
  kind: string;
  namespace: string | undefined;
  name: string;
}

export interface OperationContext {
  cluster: Cluster;
  identity: Identity;
  /** Aborted when the operation's time is over or the server drains. */
  signal: AbortSignal;
  /** Where an action stands, one plain sentence; shown live. */
  progress(sentence: string): void;
}

/**
 * Something Sluice does, declared once: the JSON API, its OpenAPI document, the page's buttons and later the
 * command line and agent tools are made from it.
 *
 * A query answers at once. An action becomes a run: it answers with an id, reports progress and ends with its cause.
 */
export interface Operation<Input = unknown, Output = unknown> {
  /** Dotted: `flux.reconcile`. */
  name: string;
  summary: string;
  type: 'query' | 'action';
  /** Below `/api/v1` (or `/api/v1/clusters/<name>`), with Express parameters; they, the query and the body make up the input. */
  http: { method: 'GET' | 'POST'; path: string };
  input: z.ZodType<Input>;
  output: z.ZodType<Output>;
  /** The rights it takes, asked as the asker before it runs; the API server checks again. */
  needs(input: Input, cluster: Cluster): AccessRule[];
  /** Actions: what it is done to. */
  subject?(input: Input, cluster: Cluster): Subject;
  /** Refuses with a SluiceError in words (suspended, unknown object), before anything is changed. */
  check?(input: Input, context: OperationContext): Promise<void> | void;
  /** Actions of one group on one subject exclude each other; undefined: no exclusion. */
  exclusive?: string;
  timeoutMilliseconds: number;
  /** Throws a SluiceError whose message is the cause. An action's output is `{ message }` at least. */
  run(input: Input, context: OperationContext): Promise<Output>;
}

/** Gives an operation its types. */
export function defineOperation<Input, Output>(operation: Operation<Input, Output>): Operation<Input, Output> {
  return operation;
}
