import type { Identity } from '../cluster/identities.ts';

type Json = Record<string, unknown>;

/** The body an earlier case of the same server was answered with. */
export type Earlier = (name: string) => Json;

/** One request that both servers must answer alike. */
export interface ContractCase {
  name: string;
  method: string;
  /** With its query. */
  path: string | ((earlier: Earlier) => string);
  as?: Identity;
  headers?: Record<string, string | string[]>;
  body?: unknown;
  /**
   * How the answer is read: `watch` waits for the events until the server ends it, `start` looks at the code only and
   * closes the connection, `plain` (the default) reads the whole answer.
   */
  reading?: 'plain' | 'watch' | 'start';
  /** The parts that are compared, as `body.items.*.metadata.name`; the whole answer by default. */
  compare?: readonly string[];
  /** Put first behind the Service of this name, on its port `http`: one file that is offered there, by its path. */
  offers?: { service: string; path: string; text: string };
  /** Done first, so that both servers have forgotten the past. */
  compact?: boolean;
  /** Asked again until this code comes, for what a server does in its own time. */
  until?: number;
}

export const namespace = 'sluice-contract';

/** Keeps the controllers of a real cluster away from the suite's objects. */
export const untouched = { 'sharding.fluxcd.io/key': 'none' };

/** The parts of an answer that say whether it was refused and why. */
export const refusal = ['code', 'body.kind', 'body.status', 'body.reason', 'body.message', 'body.details', 'body.code'];

export const merge = { 'content-type': 'application/merge-patch+json' };
export const apply = { 'content-type': 'application/apply-patch+yaml' };

const kustomize = '/apis/kustomize.toolkit.fluxcd.io/v1';

export const kustomizations = `${kustomize}/namespaces/${namespace}/kustomizations`;
export const allKustomizations = `${kustomize}/kustomizations`;

/** A valid Kustomization with some fields replaced. */
export function kustomization(name: string, spec: Json = {}, metadata: Json = {}): Json {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, labels: untouched, ...metadata },
    spec: { interval: '5m', prune: true, sourceRef: { kind: 'GitRepository', name: 'apps' }, ...spec },
  };
}
