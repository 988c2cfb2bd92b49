import type { Entry } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { EventSummary } from './events.ts';
import type { FluxSummary, ObjectReference, ObjectState, RevisionPair } from './summary.ts';

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

/** What came of reading an object that is not watched. `hidden`: the asker may not read it, or it could not be read. */
export interface ReadObject {
  object: KubeObject | undefined;
  hidden: boolean;
}

/** What a kind's own panels look at besides the object itself: as much of it as the asker may see. */
export interface Surroundings {
  now: Date;
  /** The Flux object a reference means; undefined when it does not exist or may not be seen. */
  entry(reference: ObjectReference): Entry<FluxSummary> | undefined;
  /** The objects of a Flux kind, in no order. */
  entries(group: string, kind: string): Iterable<Entry<FluxSummary>>;
  /** Whether the asker sees a Flux kind in this namespace, or, where it is undefined, in all. */
  sees(group: string, kind: string, namespace?: string): boolean;
  /** Events of the object's namespace; undefined when they may not be listed. */
  events: Iterable<Entry<EventSummary>> | undefined;
  /** Objects that are not watched, read now as the asker, in the order of the references. */
  read(references: readonly ObjectReference[]): Promise<ReadObject[]>;
}

/** A line of a kind's own panel: another object, or a text, and what is to be said of it. */
export interface PanelRow {
  /** Drawn as the object, with its state where it is one of Flux's. */
  reference?: ObjectReference;
  /** Drawn in mono where there is no reference; with `list` as a link to a kind's list. */
  text?: string;
  list?: { group: string; kind: string; query: Readonly<Record<string, string>> };
  /** The mark; the object's own state when left out. */
  state?: ObjectState | 'warning' | 'forbidden';
  /** A few words beside it: `writes it into Git`. */
  how?: string;
  /** A sentence below it. */
  what?: string;
  /** ISO instant, shown beside `how`. */
  since?: string | undefined;
}

/** A text that is read as it is written, such as a patch. */
export interface PanelBlock {
  label: string;
  /** YAML. */
  text: string;
}

/** What stands on an object's page for its kind alone, where facts do not suffice. Texts are masked already. */
export interface Panel {
  /** Unique among the kind's panels, a word: `delivery`. */
  id: string;
  heading: string;
  sub?: string;
  /** How it stands, in a sentence with a mark. */
  says?: { state: ObjectState | 'warning'; sentence: string };
  /**
   * What it says stands at the head of the page, where the kind has no status of its own to stand there, or where
   * something is wrong that leaves the object ready.
   */
  headsPage?: true;
  facts?: readonly Fact[];
  rows?: readonly PanelRow[];
  blocks?: readonly PanelBlock[];
  /** What is left out or cannot be known, a sentence. */
  note?: string;
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
  section: 'reconcilers' | 'sources' | 'images-and-notifications' | 'flux-operator';
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
  /** What its list has no column for, as no object of this kind ever has it. */
  withoutColumns?: readonly ('revision' | 'reconciled')[];
  facts(object: KubeObject): Fact[];
  source?(object: KubeObject): ObjectReference | undefined;
  dependsOn?(object: KubeObject): ObjectReference[];
  references?(object: KubeObject): ObjectReference[];
  revision(object: KubeObject): RevisionPair;
  intervalSeconds?(object: KubeObject): number | undefined;
  /** The last time its controller finished work on it, as an ISO instant, where the kind's status tells more than conditions do. */
  reconciledAt?(object: KubeObject): string | undefined;
  owns?(object: KubeObject): number | undefined;
  /** The kind's own panels of the detail page. */
  panels?(entry: Entry<FluxSummary>, around: Surroundings): Panel[] | Promise<Panel[]>;
}
