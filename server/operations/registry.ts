import type { Logger } from 'pino';
import { SluiceError } from '../errors.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Identity } from '../kube/identity.ts';
import type { Audit } from './audit.ts';
import type { Operation } from './define.ts';
import { runQuery, startAction } from './execute.ts';
import type { Run } from './run.ts';
import type { RunStore } from './runs-in-memory.ts';

/** In which cluster and for whom an operation is done. */
export interface Asker {
  cluster: Cluster;
  identity: Identity;
}

/** All operations by name, and the only way to carry one out. */
export interface Operations {
  get(name: string): Operation | undefined;
  list(): readonly Operation[];
  /**
   * Starts an action and answers with its run as soon as it is under way. Throws a SluiceError when it is refused:
   * invalid input, a missing right, a state that does not allow it, another action on the same object.
   */
  start(name: string, input: unknown, asker: Asker): Promise<Run>;
  /** Answers a query. Throws a SluiceError. */
  query(name: string, input: unknown, asker: Asker, signal?: AbortSignal): Promise<unknown>;
  /** Resolves when everything that belongs to the actions started so far is done, their Events included. */
  settled(): Promise<void>;
}

interface OperationsOptions {
  operations: readonly Operation[];
  runs: RunStore;
  audit: Audit;
  logger: Logger;
  draining(): boolean;
}

/** The registry of operations. Throws when two share a name: that is a mistake in the program. */
export function createOperations({ operations, runs, audit, logger, draining }: OperationsOptions): Operations {
  const byName = new Map<string, Operation>();
  for (const operation of operations) {
    if (byName.has(operation.name)) throw new Error(`Two operations are named ${operation.name}.`);
    byName.set(operation.name, operation);
  }

  const pending = new Set<Promise<void>>();
  function keep(work: Promise<void>): void {
    pending.add(work);
    void work.finally(() => pending.delete(work));
  }

  function known(name: string, type: Operation['type']): Operation {
    const operation = byName.get(name);
    if (operation?.type === type) return operation;
    throw new SluiceError('not_found', `There is no ${type} named ${JSON.stringify(name.slice(0, 80))}.`);
  }

  return {
    get: (name) => byName.get(name),
    list: () => operations,
    async start(name, input, asker) {
      const operation = known(name, 'action');
      if (draining()) {
        throw new SluiceError('refused', 'Sluice is shutting down and takes no more actions; nothing was changed.', {
          wayOut: 'Try again in a moment.',
        });
      }
      const groupOf = (run: Run): string | undefined => byName.get(run.operation)?.exclusive;
      return startAction(operation, input, asker, { runs, audit, logger, groupOf, keep });
    },
    async query(name, input, asker, signal) {
      return runQuery(known(name, 'query'), input, asker, signal);
    },
    async settled() {
      await Promise.all(pending);
    },
  };
}
