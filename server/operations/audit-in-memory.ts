import type { Logger } from 'pino';
import type { Audit, AuditEntry } from './audit.ts';

const mostKept = 5_000;

/** The audit trail in memory, the latest 5,000 actions; each step of an action is also a line in the log. */
export function createAudit({ logger }: { logger: Logger }): Audit {
  // A Map keeps the order of insertion: an entry that is recorded again keeps its place.
  const entries = new Map<string, AuditEntry>();
  const listeners = new Set<(entry: AuditEntry) => void>();

  return {
    record(entry) {
      entries.set(entry.id, entry);
      for (const id of entries.keys()) {
        if (entries.size <= mostKept) break;
        entries.delete(id);
      }
      const { subject, by } = entry;
      logger.info(
        {
          audit: entry.result,
          operation: entry.operation,
          cluster: entry.cluster,
          user: by.name,
          groups: by.groups,
          group: subject.group,
          resource: subject.resource,
          namespace: subject.namespace,
          name: subject.name,
          run: entry.runId,
          milliseconds: entry.milliseconds,
          result: entry.message,
          note: entry.note,
        },
        `audit: ${entry.operation} ${entry.result}`,
      );
      for (const listener of listeners) listener(entry);
    },
    entries({ cluster, limit = mostKept } = {}) {
      const kept = [...entries.values()].toReversed();
      return (cluster === undefined ? kept : kept.filter((entry) => entry.cluster === cluster)).slice(0, limit);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
