import type { Cluster } from '../kube/cluster.ts';
import type { Identity } from '../kube/identity.ts';
import type { GroupResource } from '../kube/object.ts';

/** What a page is loaded from: the same for the first GET and for every live refresh of it. */
export interface PageRequest {
  cluster: Cluster;
  identity: Identity;
  /** From the route, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Path and query as the reader sees them, without the base path. */
  url: string;
  /** A path of this cluster as a link: base path and `/clusters/<name>` put in front where needed. */
  link(path: string, query?: Readonly<Record<string, string | undefined>>): string;
  now: Date;
  /** It is loaded for a browser that keeps the page open, where what comes late still arrives; else for one answer. */
  isOpen: boolean;
}

/**
 * What makes a loaded page old. A resource topic without namespace and name means any object of it; `runs` any action's
 * step; `clock` lets the page be looked at again at that moment (relative times tick in the browser without it).
 */
export type Topic =
  | { type: 'resource'; resource: GroupResource; namespace?: string | undefined; name?: string | undefined }
  | { type: 'runs' }
  | { type: 'audit' }
  | { type: 'connection' }
  | { type: 'clock'; at: Date };

/**
 * A piece of a page that is replaced by itself: an element with this id, rendered from its own template. Models are plain
 * data as JSON has it; `link`, `part`, `list` and `frame` are names of helpers and none of theirs.
 */
export interface Part {
  template: string;
  model: object;
}

/** A sequence of elements (rows) of which only the changed ones are sent. Every rendered row's root element carries `id`. */
interface PartList {
  template: string;
  /** `id` is unique in the page; the model is rendered as `row` in the template. */
  rows: { id: string; model: object }[];
}

/**
 * A page as data. `template` extends the layout; inside it `{{ part('name') }}` renders a part in place and
 * `{{ list('name') }}` the rows of a list. The element holding a list has the list's name as its id.
 */
export interface LoadedPage {
  status?: number;
  title: string;
  template: string;
  model: object;
  /** By element id. */
  parts: Readonly<Record<string, Part>>;
  /** By element id. */
  lists: Readonly<Record<string, PartList>>;
  topics: readonly Topic[];
  /** The rail entry that is current, a path such as `/flux/kustomizations`. */
  current?: string;
  /** From the outermost in; the cluster's name stands before them. */
  breadcrumb?: readonly { label: string; href?: string }[];
}

/** A page, declared once. Throws SluiceError for not found, forbidden, invalid. */
export interface Page {
  /** Express path below the cluster: `/flux/:plural`. */
  path: string;
  load(request: PageRequest): Promise<LoadedPage>;
}

/** Gives a page its types. */
export function definePage(page: Page): Page {
  return page;
}
