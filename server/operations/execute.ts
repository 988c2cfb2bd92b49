import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { SluiceError, asSluiceError } from '../errors.ts';
import type { AccessRule } from '../errors.ts';
import type { Audit, AuditEntry } from './audit.ts';
import type { Operation, OperationContext, Subject } from './define.ts';
import { parseInput } from './parse-input.ts';
import type { Asker } from './registry.ts';
import type { Run } from './run.ts';
import type { RunStore, StartedRun } from './runs-in-memory.ts';
import { subjectText } from './subject-key.ts';
import { writeEvent } from './write-event.ts';

interface Ways {
  runs: RunStore;
  audit: Audit;
  logger: Logger;
}

function ruleText(rule: AccessRule): string {
  const resource = [rule.resource, rule.subresource].filter((part) => part !== undefined).join('/');
  const group = rule.group === '' ? '' : `.${rule.group}`;
  return `${rule.verb} ${resource}${group}${rule.namespace === undefined ? '' : ` in ${rule.namespace}`}`;
}

async function demandRights(operation: Operation, input: unknown, { cluster, identity }: Asker): Promise<void> {
  const missing = await cluster.access.missing(identity, operation.needs(input, cluster));
  if (missing.length === 0) return;
  throw new SluiceError('forbidden', `You may not ${missing.map(ruleText).join(', nor ')}.`, {
    missing,
    wayOut: 'Ask whoever runs the cluster for the missing right.',
  });
}

/** Whatever comes first: the end of the work, or the signal, whose reason is thrown. */
async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const aborted = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
  if (signal.aborted) aborted();
  signal.addEventListener('abort', aborted, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', aborted);
  }
}

/** A signal that goes off when the time of an operation is over, and what stops its clock. */
function deadline(operation: Operation): { signal: AbortSignal; clear(): void } {
  const abort = new AbortController();
  const seconds = Math.round(operation.timeoutMilliseconds / 1_000);
  const timer = setTimeout(() => {
    abort.abort(new SluiceError('timed_out', `It had not ended after ${seconds} seconds.`));
  }, operation.timeoutMilliseconds);
  return { signal: abort.signal, clear: () => clearTimeout(timer) };
}

/** Answers a query: input, rights, check, run, within its time. Throws a SluiceError. */
export async function runQuery(
  operation: Operation,
  rawInput: unknown,
  asker: Asker,
  outer?: AbortSignal,
): Promise<unknown> {
  const input = parseInput(operation, rawInput);
  const limit = deadline(operation);
  const signal = outer === undefined ? limit.signal : AbortSignal.any([limit.signal, outer]);
  const context: OperationContext = { ...asker, signal, progress: () => undefined };
  const work = (async () => {
    await demandRights(operation, input, asker);
    await operation.check?.(input, context);
    return operation.run(input, context);
  })();
  try {
    return await unlessAborted(work, signal);
  } finally {
    limit.clear();
  }
}

function demandAlone(operation: Operation, subject: Subject, cluster: string, runs: RunStore, others: Others): void {
  if (operation.exclusive === undefined) return;
  const other = runs
    .of(cluster, subject)
    .find((run) => run.state === 'running' && others.groupOf(run) === operation.exclusive);
  if (other === undefined) return;
  const seconds = Math.max(1, Math.round((Date.now() - other.startedAt.getTime()) / 1_000));
  throw new SluiceError(
    'refused',
    `${other.by.name} asked to ${other.operation.split('.').at(-1)} ${subjectText(subject)} ${seconds} s ago, and that is still under way.`,
    { wayOut: 'Wait until it has ended.' },
  );
}

/** What an action has to know of the others. */
interface Others {
  /** Which exclusion group a run belongs to. */
  groupOf(run: Run): string | undefined;
  /** Takes the work that goes on after the action has been answered. */
  keep(work: Promise<void>): void;
}

/**
 * Starts an action: input, rights, check, exclusion, then the work goes on by itself as a run. Everything from the
 * rights on is audited, refusals too. Throws a SluiceError when it is refused.
 */
export async function startAction(
  operation: Operation,
  rawInput: unknown,
  asker: Asker,
  ways: Ways & Others,
): Promise<Run> {
  const { cluster } = asker;
  const input = parseInput(operation, rawInput);
  if (operation.subject === undefined) throw new Error(`The action ${operation.name} does not say what it is done to.`);
  const subject = operation.subject(input, cluster);
  const base = {
    id: randomUUID(),
    at: new Date(),
    cluster: cluster.name,
    by: asker.identity,
    operation: operation.name,
    subject,
  };
  const limit = deadline(operation);
  try {
    const context: OperationContext = { ...asker, signal: limit.signal, progress: () => undefined };
    const allowed = (async () => {
      await demandRights(operation, input, asker);
      await operation.check?.(input, context);
    })();
    await unlessAborted(allowed, limit.signal);
    demandAlone(operation, subject, cluster.name, ways.runs, ways);
  } catch (error) {
    limit.clear();
    const refusal = asSluiceError(error);
    if (refusal.kind === 'internal') ways.logger.error({ err: error, operation: operation.name }, 'An action failed.');
    ways.audit.record({ ...base, result: 'refused', message: refusal.message });
    throw refusal;
  }
  const started = ways.runs.begin({ operation: operation.name, cluster: cluster.name, subject, by: base.by });
  const entry: AuditEntry = { ...base, result: 'started', runId: started.id };
  ways.audit.record(entry);
  ways.keep(carryOut({ operation, input, asker, started, entry, limit, ways }));
  const run = ways.runs.get(started.id);
  if (run === undefined) throw new Error(`Run ${started.id} was not kept.`);
  return run;
}

interface Work {
  operation: Operation;
  input: unknown;
  asker: Asker;
  started: StartedRun;
  entry: AuditEntry;
  limit: { signal: AbortSignal; clear(): void };
  ways: Ways;
}

function messageOf(output: unknown): string {
  const message = (output as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : 'Done.';
}

/** Does the work of a run and records its end. Never throws. */
async function carryOut({ operation, input, asker, started, entry, limit, ways }: Work): Promise<void> {
  const signal = AbortSignal.any([limit.signal, started.signal]);
  const context: OperationContext = { ...asker, signal, progress: (sentence) => started.progress(sentence) };
  const end: Pick<AuditEntry, 'result' | 'message'> = { result: 'succeeded' };
  try {
    const output = await unlessAborted(operation.run(input, context), signal);
    end.message = messageOf(output);
    started.succeed(end.message);
  } catch (thrown) {
    const error = asSluiceError(thrown);
    if (error.kind === 'internal') ways.logger.error({ err: thrown, operation: operation.name }, 'An action failed.');
    end.result = error.kind === 'refused' || error.kind === 'forbidden' ? 'refused' : 'failed';
    end.message = error.message;
    started.fail(error);
  } finally {
    limit.clear();
  }
  const ended: AuditEntry = { ...entry, ...end, milliseconds: Date.now() - entry.at.getTime() };
  ways.audit.record(ended);
  if (ended.result === 'refused') return;
  const note = await writeEvent(ended, asker);
  if (note !== undefined) ways.audit.record({ ...ended, note });
}
