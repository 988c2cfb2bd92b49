import type { Entry } from '../../../kube/cluster.ts';
import type { FluxSummary, ObjectReference, ObjectState } from '../summary.ts';

/** Another object of Flux, as far as the asker may know of it. */
export type Found =
  | { state: 'seen'; entry: Entry<FluxSummary> }
  /** missing: the asker would see it, and it does not exist. hidden: they may not see it. unknown: nothing tells. */
  | { state: 'missing' | 'hidden' | 'unknown' };

export type Lookup = (reference: ObjectReference) => Found;

/** How an object on the way from symptom to cause stands. `late`: no object of Flux, not healthy yet, and waited for. */
export type StepState = ObjectState | 'missing' | 'hidden' | 'unknown' | 'late';

/** One step from symptom to cause. */
export interface Step {
  reference: ObjectReference;
  state: StepState;
  /** One sentence. */
  text: string;
  /** Since when, ISO instant. */
  since: string | undefined;
  /** The controller's or kubelet's reason: `HealthCheckFailed`, `ImagePullBackOff`. */
  reason: string | undefined;
  /** How often it was tried in vain, where the status counts. */
  attempts: number | undefined;
}

/** What is wrong at the end of the way, and what to do about it. */
export interface RootCause {
  /** Alike for all objects that fail for this cause. */
  key: string;
  /** The object in which it lies: the last step's. */
  reference: ObjectReference;
  state: StepState;
  /** In one clause, without full stop: `Secret shop/deploy-key does not exist`. */
  title: string;
  /** What to do: one or two sentences with the field or object to change. */
  fix: string;
  /** A line for a terminal; `<word>` is for the reader to fill in. */
  command: string | undefined;
  since: string | undefined;
  /** Whether a rule knows this cause; else the fix only says where to look. */
  known: boolean;
}

/** Why an object is not what it should be. */
export interface Diagnosis {
  /** From the object itself to where the cause lies; empty when nothing is wrong. */
  steps: readonly Step[];
  root: RootCause | undefined;
  /** The last object of Flux on the way, the nearest to the cause that has a page. */
  nearest: Entry<FluxSummary>;
  /** Whether the pods of `nearest` would tell more. */
  wantsWorkloads: boolean;
}
