import { expect } from '@playwright/test';
import type { Page, Locator } from '@playwright/test';
import { KubeError } from '../../server/kube/kube-error.ts';
import type { KubeClient } from '../../server/kube/cluster.ts';
import type { KubeObject } from '../../server/kube/object.ts';

/** The row of an object in a list. */
export function rowOf(page: Page, namespace: string, name: string): Locator {
  return page.locator(`tbody[data-row="${namespace}/${name}"]`);
}

/** The collection of Kustomizations of a namespace in the API server. */
export function kustomizationsPath(namespace: string, name?: string): string {
  const collection = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`;
  return name === undefined ? collection : `${collection}/${name}`;
}

/** A Kustomization nobody reconciles: its shard has no controller. */
export function idleKustomization(namespace: string, name: string, spec: Record<string, unknown> = {}): object {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace, labels: { 'sharding.fluxcd.io/key': 'none' } },
    spec: {
      interval: '10m',
      path: './idle',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'nowhere' },
      ...spec,
    },
  };
}

/** Creates an object, first deleting one of that name that an earlier try left behind, which may take its controller time. */
export async function recreate(kube: KubeClient, collection: string, object: object): Promise<KubeObject> {
  const { metadata } = object as { metadata: { name: string } };
  const path = `${collection}/${metadata.name}`;
  await expect(async () => {
    await remove(kube, path);
    await expect(kube.json({ path })).rejects.toMatchObject({ httpStatus: 404 });
  }).toPass();
  return kube.json<KubeObject>({ method: 'POST', path: collection, body: object });
}

/** Deletes an object if it is there. */
export async function remove(kube: KubeClient, path: string): Promise<void> {
  try {
    await kube.json({ method: 'DELETE', path });
  } catch (error) {
    if (!(error instanceof KubeError) || error.httpStatus !== 404) throw error;
  }
}

/** A merge patch past Sluice, as a controller or another person would make it. */
export function mergePatch(kube: KubeClient, path: string, body: object): Promise<KubeObject> {
  return kube.json<KubeObject>({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
}
