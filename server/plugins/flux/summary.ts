/**
 * The states of an object, worst first; each is a `data-state` of the style sheet.
 * `none`: the kind reports no status, which is no fault.
 */
export const objectStates = [
  'failing',
  'stalled',
  'suspended-failing',
  'waiting',
  'stale',
  'suspended',
  'reconciling',
  'deleting',
  'none',
  'ready',
] as const;

export type ObjectState = (typeof objectStates)[number];

/** Another object that this one names. `namespace` is filled in; undefined for cluster-scoped. */
export interface ObjectReference {
  group: string;
  kind: string;
  namespace: string | undefined;
  name: string;
}

/** The revision applied and, while they differ, the one that is wanted. */
export interface RevisionPair {
  /** As Flux writes it: `main@sha1:4f1a5b1…`. */
  applied: string | undefined;
  attempted: string | undefined;
}

/** What lists, counts, graph and search need of a Flux object, made once per change. Strings are masked of credentials. */
export interface FluxSummary {
  /** The registry's key of the kind: `kustomizations`. */
  plural: string;
  state: ObjectState;
  /** One sentence in our words why it is not ready; undefined when ready. Subject first, credentials masked. */
  because: string | undefined;
  /** The controller's own message of the Ready condition, masked; of the one that tells more where it has given up. */
  message: string | undefined;
  /** The reason of the condition that has the message. */
  reason: string | undefined;
  /** It is being reconciled, and the try before failed: its controller has taken back that it fails, not what made it fail. */
  failedBefore: boolean;
  /** Since when it is in this state, ISO instant. */
  since: string | undefined;
  /** Suspended: who, why, when, from our annotations. */
  suspension: { by: string | undefined; at: string | undefined; reason: string | undefined } | undefined;
  source: ObjectReference | undefined;
  dependsOn: ObjectReference[];
  /** Other references (secrets, config maps, receivers' resources, image policies …). */
  references: ObjectReference[];
  revision: RevisionPair;
  intervalSeconds: number | undefined;
  /** Last time the controller finished work on it, ISO instant, where its status tells. */
  reconciledAt: string | undefined;
  /** When the next work is due, only where that is known for certain. */
  overdueAt: string | undefined;
  /** How many objects it owns (inventory); undefined where the kind has none. */
  owns: number | undefined;
  /** Values of the kind's own columns, by column key: text for sort, search and display. */
  columns: Record<string, string | undefined>;
  /** Lower-case text that search looks through. */
  searchText: string;
}
