import type { KubeObject } from '../../kube/object.ts';
import type { ObjectReference, RevisionPair } from './summary.ts';

/** A column of a kind's list beyond state, name, revision and interval. */
interface Column {
  key: string;
  label: string;
  /** `code` is set in mono, `url` becomes a link where the URL allows. */
  as: 'text' | 'code' | 'url';
  value(object: KubeObject): string | undefined;
  /** Columns are left out from the highest number on when the table is narrow. */
  priority?: number;
}

/** A field of the detail page's set-up panel, in human form. */
export interface Fact {
  label: string;
  value: string;
  as?: 'text' | 'code' | 'url' | 'reference';
  reference?: ObjectReference;
}

/** A Flux kind: everything Sluice knows about it stands in one file of `kinds/`. */
export interface KindDefinition {
  kind: string;
  plural: string;
  group: string;
  /** Versions understood, newest first. */
  versions: readonly string[];
  /** Title of the list, in Flux words: `GitRepositories`. */
  title: string;
  /** Rail section. */
  section: 'reconcilers' | 'sources' | 'images-and-notifications';
  /** Symbol id in icons.svg. */
  icon: string;
  /** The `flux` CLI's noun: `source git`; undefined where the CLI knows it not. */
  fluxCommand: string | undefined;
  /** One sentence what it is for, for the empty page. */
  purpose: string;
  /** Reports no conditions at all (Alert, Provider, OCI HelmRepository): neutral, not red. */
  statusless?(object: KubeObject): boolean;
  actions: { reconcile: boolean; suspend: boolean; reconcileWithSource: boolean };
  /** Why this one object is never reconciled though its kind is, one sentence; undefined: it is. */
  neverReconciled?(object: KubeObject): string | undefined;
  /** Why this one object cannot be suspended though its kind can, one sentence; undefined: it can. */
  neverSuspended?(object: KubeObject): string | undefined;
  /** Suspended by this annotation with the value `disabled` instead of `spec.suspend`. */
  suspendAnnotation?: string;
  columns: readonly Column[];
  facts(object: KubeObject): Fact[];
  source?(object: KubeObject): ObjectReference | undefined;
  dependsOn?(object: KubeObject): ObjectReference[];
  references?(object: KubeObject): ObjectReference[];
  revision(object: KubeObject): RevisionPair;
  intervalSeconds?(object: KubeObject): number | undefined;
  /** The last time its controller finished work on it, as an ISO instant, where the kind's status tells more than conditions do. */
  reconciledAt?(object: KubeObject): string | undefined;
  owns?(object: KubeObject): number | undefined;
}
