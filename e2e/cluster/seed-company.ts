import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { controllerPod, type ControllerName } from '../../sandbox/company/flux-controllers.ts';
import { company } from '../../sandbox/company/index.ts';
import { createArtifactStorage, storeArtifacts } from '../../sandbox/storage/artifact-storage.ts';
import { changedByHand } from '../../sandbox/storage/by-hand.ts';
import { artifactEndpoints } from './artifact-endpoints.ts';
import type { TestCluster } from './cluster.ts';
import { collectionPath, resourceFinder } from './objects.ts';
import type { KubeObject } from './requests.ts';
import { seed, type SeedResult } from './seed.ts';

/**
 * Fills a cluster with the company: its objects, the artifacts of its sources where the artifact server runs, and what people
 * have changed in the cluster since.
 */
export async function seedCompany(cluster: TestCluster): Promise<SeedResult> {
  const objects = company();
  const storage = createArtifactStorage(objects);
  await storeArtifacts(objects, storage);
  const endpoints: KubeObject[] = [];
  if (cluster.artifacts !== undefined) {
    for (const [path, content] of storage.files) {
      const file = join(cluster.artifacts.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    const name = 'source-controller';
    const service = { namespace: 'flux-system', name };
    endpoints.push(artifactEndpoints(service, podOf(objects, name), cluster.artifacts.port));
  }
  const result = await seed(cluster, [...objects, ...endpoints]);
  const find = resourceFinder(cluster.request);
  for (const { manager, object, change } of changedByHand(objects)) {
    const resource = await find(object);
    if (resource === undefined) throw new Error(`${object.kind} is not served.`);
    const path = `${collectionPath(resource, object.metadata.namespace)}/${object.metadata.name}`;
    await cluster.request('PATCH', `${path}?fieldManager=${manager}`, change, 'application/merge-patch+json');
  }
  return result;
}

function podOf(objects: readonly KubeObject[], controller: ControllerName): { name: string; ip: string } {
  const name = controllerPod(controller);
  const pod = objects.find(({ kind, metadata }) => kind === 'Pod' && metadata.name === name);
  const { podIP: ip } = (pod?.['status'] ?? {}) as { podIP?: string };
  if (ip === undefined) throw new Error(`The company has no pod ${name} with an address.`);
  return { name, ip };
}

/** Fills a cluster as `seedCompany` does. Throws when the API server refused anything: a suite would look at half a company. */
export async function seedWholeCompany(cluster: TestCluster): Promise<void> {
  const { failed } = await seedCompany(cluster);
  if (failed.length > 0) throw new Error(`The API server refused ${failed.length} objects:\n${failed.join('\n')}`);
}
