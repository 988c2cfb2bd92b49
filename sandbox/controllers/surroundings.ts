import type { KubeObject } from '../../server/kube/object.ts';
import type { Clock } from './clock.ts';
import type { Status } from './status.ts';
import type { World } from './world.ts';

/** What happened to an object, for its events. */
interface Happening {
  reason: string;
  message: string;
  type?: 'Normal' | 'Warning';
  annotations?: Record<string, string>;
}

/** All that a reconciler has of the world around the object it works on. */
export interface Surroundings {
  clock: Clock;
  world: World;
  /** A Flux object as last seen. */
  get(kind: string, namespace: string, name: string): KubeObject | undefined;
  all(kind: string): Iterable<KubeObject>;
  /** Asks the API server for what is not watched; undefined when it is not there. */
  fetch(kind: string, namespace: string, name: string): Promise<KubeObject | undefined>;
  /** Asks the API server for what is not watched. */
  list(kind: string, namespace: string): Promise<KubeObject[]>;
  /** Writes the difference between the object's status and this one; gives the object as it is then. */
  writeStatus(object: KubeObject, status: Status): Promise<KubeObject>;
  /** A merge patch of the object itself. */
  patch(object: KubeObject, patch: object): Promise<void>;
  /** A merge patch of another object's status. */
  patchStatus(kind: string, namespace: string, name: string, patch: object): Promise<void>;
  /** Creates an object; one that is there already is left as it is. */
  create(object: KubeObject): Promise<void>;
  /** Server-side apply by force, under the name of kustomize-controller. */
  apply(object: KubeObject): Promise<void>;
  /** What the source of a Kustomization has and the cluster does not, because it was suspended. */
  heldBack(kustomization: KubeObject, revision: string): readonly KubeObject[];
  /** Deletes an object, if it is there. */
  remove(group: string, kind: string, namespace: string, name: string): Promise<void>;
  happened(object: KubeObject, happening: Happening): Promise<void>;
  /** Makes the file of an artifact, which a source's status is to tell of; undefined where nobody keeps such files. */
  keepArtifact(source: KubeObject, revision: string, path: string): Promise<object | undefined>;
  /** A line of the controller's log. */
  log(object: KubeObject, level: 'info' | 'error', message: string, more?: Record<string, unknown>): void;
  /** Lets time pass as work takes it: somewhere between these milliseconds. Rejects when the controllers stop. */
  work(least: number, most: number): Promise<void>;
}

/** How soon an object is due again: seconds, or undefined when only a change makes it due. */
type Due = number | undefined;

/** Works on one object until its status says how it stands. */
export type Reconciler = (object: KubeObject, around: Surroundings) => Promise<Due>;

/** The token of the last request to reconcile. */
export function tokenOf(object: KubeObject): string | undefined {
  return object.metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];
}

/** Whether a request to reconcile has not been answered yet. */
export function isRequested(object: KubeObject): boolean {
  const token = tokenOf(object);
  return token !== undefined && object.status?.['lastHandledReconcileAt'] !== token;
}

/** The status with the request answered that stood on the object when the work began. */
export function handled(status: Status, object: KubeObject): Status {
  const token = tokenOf(object);
  return token === undefined ? status : { ...status, lastHandledReconcileAt: token };
}

/** A field as text; undefined when it is none, or empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export interface Reference {
  kind: string;
  name: string;
  namespace?: string;
}

export function referenceOf(value: unknown): Reference | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, name, namespace } = value as Record<string, unknown>;
  if (typeof name !== 'string') return undefined;
  return {
    kind: typeof kind === 'string' ? kind : '',
    name,
    ...(typeof namespace === 'string' ? { namespace } : {}),
  };
}
