import { readFileSync } from 'node:fs';
import { createClient } from '../../server/kube/client.ts';
import { kubeconfigCredentials } from '../../server/kube/credentials.ts';
import type { KubeClient } from '../../server/kube/cluster.ts';

/** Who the suites act as. `tenant` has one namespace, `nobody` has nothing. */
export const everyone = ['admin', 'viewer', 'tenant', 'nobody'] as const;
export type Who = (typeof everyone)[number];

/** What the browser suites run against: the embedded cluster or a real one, filled with the same company. */
export interface World {
  kind: 'sandbox' | 'cluster';
  /** The cluster has a node that runs pods, and nothing of the company. */
  node?: boolean;
  /** A kubeconfig file for each identity. */
  kubeconfigs: Record<Who, string>;
  /** The state folder of the real cluster, to attach to it. */
  folder?: string;
  /** The API server's audit log, where there is one. */
  auditLog?: string;
  /** Objects that controllers really reconcile, for actions: a Kustomization that succeeds, one that fails. */
  working: { namespace: string; name: string };
  failing: { namespace: string; name: string; cause: string };
}

const variable = 'SLUICE_SUITE_WORLD';

/** Tells the workers, which are processes of their own, where the world is. */
export function publishWorld(file: string): void {
  process.env[variable] = file;
}

/** The world that the suite's setup made. Throws when the setup did not run. */
export function readWorld(): World {
  const file = process.env[variable];
  if (file === undefined) throw new Error(`${variable} is not set: run the suite through its configuration.`);
  return JSON.parse(readFileSync(file, 'utf8')) as World;
}

/** Requests to the world's API server as somebody, past Sluice. */
export function clientFor(world: World, who: Who = 'admin'): KubeClient {
  return createClient(kubeconfigCredentials({ files: [world.kubeconfigs[who]] }), 'suite');
}
