import type { AccessRule } from '../../../errors.ts';
import type { Problem } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { ObjectReference } from '../summary.ts';

/**
 * What applying would do to one object.
 * recreate: it is deleted and made again, because a field differs that cannot be changed. skipped: an annotation tells Flux to
 * leave it. kept: the source has it no more, and it stays nevertheless. refused: the API server takes it from nobody, neither
 * from Flux. unknown: it could not be found out. `problem` says why for both.
 */
export type ObjectChange =
  | 'create'
  | 'update'
  | 'recreate'
  | 'delete'
  | 'skipped'
  | 'kept'
  | 'refused'
  | 'unknown'
  | 'none';

/** All changes, the most telling first: the order in which they are shown. */
export const objectChanges: readonly ObjectChange[] = [
  'refused',
  'unknown',
  'delete',
  'recreate',
  'update',
  'create',
  'kept',
  'skipped',
  'none',
];

/** Where a difference comes from: somebody changed the cluster, the source or the spec changed, or both. */
export type Origin = 'cluster' | 'source' | 'both';

/** Somebody who set a field in the cluster that applying would change. */
export interface ClusterWriter {
  /** The field manager: `kubectl-edit`. */
  manager: string;
  /** `scale`, where a subresource was written. */
  subresource: string | undefined;
  /** ISO instant. */
  at: string | undefined;
}

/** Why an object could not be compared, or could only be compared in part. */
export interface ObjectProblem {
  /**
   * forbidden: the asker lacks a right. refused: the API server would not take it, neither from Flux. failed: it did not answer,
   * or cannot be asked. limited: it was compared without the API server's help.
   */
  kind: 'forbidden' | 'refused' | 'failed' | 'limited';
  message: string;
  missing: readonly AccessRule[];
}

/** One object compared. Everything in it may be shown. */
export interface ObjectDiff {
  reference: ObjectReference;
  apiVersion: string;
  change: ObjectChange;
  /** As it is in the cluster, without what only the API server keeps; undefined where it is not there or nothing differs. */
  before: KubeObject | undefined;
  /** As it would be; a hidden value that changes says so. Undefined where it would not be there, or nothing differs. */
  after: KubeObject | undefined;
  /** Known for updates only. */
  origin: Origin | undefined;
  /** Who set what applying would change. */
  writers: readonly ClusterWriter[];
  /** What is to be known of it, a sentence each. */
  notes: readonly string[];
  problem: ObjectProblem | undefined;
}

/** What a Kustomization would change in the cluster if it were applied now. Everything in it may be shown. */
export interface KustomizationDiff {
  /** What was built: the source's newest. */
  revision: string;
  /** ISO instant. */
  comparedAt: string;
  objects: readonly ObjectDiff[];
  counts: Readonly<Partial<Record<ObjectChange, number>>>;
  /** What is not as Flux would have it. */
  problems: readonly Problem[];
  /** How many objects were left out, because there are more than are compared at once. */
  leftOut: number;
  /** The program that built it: `kustomize 5.8.3`; empty where none was needed. */
  builtWith: string;
}
