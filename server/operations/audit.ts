import type { Identity } from '../kube/identity.ts';
import type { Subject } from './define.ts';

/** Who did what to which object, and how it ended. Never holds a credential. */
export interface AuditEntry {
  id: string;
  at: Date;
  cluster: string;
  by: Identity;
  operation: string;
  subject: Subject;
  result: 'started' | 'succeeded' | 'failed' | 'refused';
  /** One sentence: the reason given, the result or the cause. */
  message?: string;
  /** How long it took, once ended. */
  milliseconds?: number;
  runId?: string;
  /** What did not work beside the action itself: that no Kubernetes Event could be written, for example. */
  note?: string;
}

/** The trail of actions. In memory for now; another store can take its place behind this interface. */
export interface Audit {
  /** An entry with the id of an earlier one takes its place: an action is one entry from its start to its end. */
  record(entry: AuditEntry): void;
  /** Newest first. */
  entries(filter?: { cluster?: string; limit?: number }): AuditEntry[];
  onChange(listener: (entry: AuditEntry) => void): () => void;
}
