import type { SluiceError } from '../errors.ts';
import type { AuditEntry } from './audit.ts';
import type { Run } from './run.ts';

/** The failure part of every JSON answer. */
export function errorAsJson(error: SluiceError): object {
  return {
    code: error.kind,
    message: error.message,
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.wayOut === undefined ? {} : { wayOut: error.wayOut }),
    ...(error.missing.length === 0 ? {} : { missing: error.missing }),
  };
}

/** A run as the JSON API tells it. */
export function runAsJson(run: Run): object {
  return {
    id: run.id,
    operation: run.operation,
    cluster: run.cluster,
    subject: run.subject,
    by: { name: run.by.name, groups: run.by.groups },
    state: run.state,
    startedAt: run.startedAt.toISOString(),
    progress: run.progress.map(({ at, sentence }) => ({ at: at.toISOString(), sentence })),
    ...(run.endedAt === undefined ? {} : { endedAt: run.endedAt.toISOString() }),
    ...(run.message === undefined ? {} : { message: run.message }),
    ...(run.error === undefined ? {} : { error: errorAsJson(run.error) }),
  };
}

/** An audit entry as the JSON API tells it. */
export function auditAsJson(entry: AuditEntry): object {
  return { ...entry, at: entry.at.toISOString(), by: { name: entry.by.name, groups: entry.by.groups } };
}
