import type { SluiceError } from '../errors.ts';
import type { Identity } from '../kube/identity.ts';
import type { Subject } from './define.ts';

/** An action under way or ended. Kept for an hour, so that a page opened later still tells how it went. */
export interface Run {
  readonly id: string;
  readonly operation: string;
  readonly cluster: string;
  readonly subject: Subject;
  readonly by: Identity;
  readonly startedAt: Date;
  readonly state: 'running' | 'succeeded' | 'failed';
  readonly progress: readonly { at: Date; sentence: string }[];
  readonly endedAt?: Date;
  /** How it ended, one sentence. */
  readonly message?: string;
  readonly error?: SluiceError;
  /** The asker has put the message away. */
  readonly dismissed: boolean;
}

/** All runs of this server. */
export interface Runs {
  get(id: string): Run | undefined;
  /** Newest first. */
  of(cluster: string, subject: Pick<Subject, 'group' | 'resource' | 'namespace' | 'name'>): Run[];
  running(): Run[];
  dismiss(id: string, by: Identity): void;
  /** Called with every step of every run. */
  onChange(listener: (run: Run) => void): () => void;
  /** Resolves when the run has ended. Throws not_found. */
  ended(id: string, signal?: AbortSignal): Promise<Run>;
}
