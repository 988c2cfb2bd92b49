import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { stringify } from 'yaml';
import type { KubeObject } from '../../server/kube/object.ts';
import type { TestCluster } from '../cluster/index.ts';
import { collectionPath, resourceFinder } from '../cluster/objects.ts';
import { RequestError } from '../cluster/requests.ts';
import type { KubectlDiff } from './kubectl-diff.ts';

/** What a Kustomization builds, or why it builds nothing, in words that a message about it has to have. */
export type FluxBuild = { objects: KubeObject[]; secrets: string[] } | { because: string };

interface Spec {
  path: string;
  sourceRef: { kind: string; name: string; namespace?: string };
  targetNamespace?: string;
  patches?: object[];
  images?: object[];
  postBuild?: {
    substitute?: Record<string, string>;
    substituteFrom?: { kind: string; name: string; optional?: boolean }[];
  };
}

/**
 * Builds a Kustomization of the seeded company past Sluice: the artifact's file from the disk, the real kustomize, and as much
 * of Flux' substitution as the company's manifests take.
 */
export async function fluxBuild(
  cluster: TestCluster,
  tools: KubectlDiff,
  kustomization: KubeObject,
): Promise<FluxBuild> {
  const spec = kustomization.spec as unknown as Spec;
  const { name, namespace = '' } = kustomization.metadata;
  const { kind, ...source } = spec.sourceRef;
  const found = await objectNamed(cluster, sourceVersion, kind, source.namespace ?? namespace, source.name);
  if (found === undefined) return { because: `no ${kind} ${source.namespace ?? namespace}/${source.name}` };
  const artifact = found.status?.['artifact'] as { path: string } | undefined;
  if (artifact === undefined) return { because: `${kind} ${source.name} offers no artifact` };
  const files = await filesIn(join(cluster.artifacts?.folder ?? '', artifact.path));
  const folder = posix.join('.', spec.path, '/');
  const own = Object.keys(files).filter((file) => folder === './' || file.startsWith(folder));
  if (own.length === 0) return { because: `has no folder ${posix.join('/', spec.path)}` };
  const file = posix.join(folder, 'kustomization.yaml');
  const resources = own.filter((each) => each.endsWith('.yaml')).map((each) => posix.relative(folder, each));
  files[file] ??= stringify({
    resources,
    namespace: spec.targetNamespace,
    patches: spec.patches,
    images: spec.images,
  });
  let built: KubeObject[];
  try {
    built = await tools.build(files, folder);
  } catch (error) {
    const [, named = 'no file'] = /accumulating resources from '(?:\.\/)?([\w.-]+)'/.exec(String(error)) ?? [];
    return { because: named };
  }
  const { values, secrets } = await variablesOf(cluster, namespace, spec);
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': name,
    'kustomize.toolkit.fluxcd.io/namespace': namespace,
  };
  const objects = (spec.postBuild === undefined ? built : substituted(built, values)).map((object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
  }));
  return { objects, secrets };
}

const sourceVersion = 'source.toolkit.fluxcd.io/v1';

async function objectNamed(
  { request }: TestCluster,
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
): Promise<KubeObject | undefined> {
  const resource = await resourceFinder(request)({ apiVersion, kind, metadata: { name } });
  if (resource === undefined) throw new Error(`${kind} is not served.`);
  try {
    return await request<KubeObject>('GET', `${collectionPath(resource, namespace)}/${name}`);
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return undefined;
    throw error;
  }
}

async function filesIn(archive: string): Promise<Record<string, string>> {
  const entries = await unpackTar(gunzipSync(readFileSync(archive)));
  return Object.fromEntries(entries.map(({ header, data }) => [header.name, Buffer.from(data ?? []).toString()]));
}

/** Variables by name; `secrets` are the values of those that come from Secrets. */
async function variablesOf(cluster: TestCluster, namespace: string, { postBuild = {} }: Spec) {
  const values: Record<string, string> = {};
  const secrets: string[] = [];
  for (const { kind, name, optional = false } of postBuild.substituteFrom ?? []) {
    const found = await objectNamed(cluster, 'v1', kind, namespace, name);
    if (found === undefined && !optional) throw new Error(`There is no ${kind} ${namespace}/${name}.`);
    for (const [key, value] of Object.entries((found?.['data'] ?? {}) as Record<string, string>)) {
      values[key] = kind === 'Secret' ? Buffer.from(value, 'base64').toString() : value;
      if (kind === 'Secret') secrets.push(values[key]);
    }
  }
  return { values: { ...values, ...postBuild.substitute }, secrets };
}

function substituted(objects: readonly KubeObject[], values: Record<string, string>): KubeObject[] {
  const text = JSON.stringify(objects).replaceAll(
    /\$\{(\w+)(?::=([^}]*))?\}/g,
    (_, name: string, otherwise: string | undefined) => values[name] ?? otherwise ?? '',
  );
  return JSON.parse(text) as KubeObject[];
}
