import type { KindDefinition } from '../kind.ts';
import { bucket } from './bucket.ts';
import { gitRepository } from './git-repository.ts';
import { helmChart } from './helm-chart.ts';
import { helmRelease } from './helm-release.ts';
import { helmRepository } from './helm-repository.ts';
import { kustomization } from './kustomization.ts';
import { ociRepository } from './oci-repository.ts';

/** Every kind of Flux that Sluice knows, in the order of the rail. */
export const kinds: readonly KindDefinition[] = [
  kustomization,
  helmRelease,
  gitRepository,
  ociRepository,
  helmRepository,
  helmChart,
  bucket,
];

const byPlural = new Map(kinds.map((kind) => [kind.plural, kind]));
const byGroupAndKind = new Map(kinds.map((kind) => [`${kind.group}/${kind.kind}`, kind]));

/** The kind whose plural stands in a path: `kustomizations`. */
export function kindByPlural(plural: string): KindDefinition | undefined {
  return byPlural.get(plural);
}

/** The kind of a reference; kinds of the same name in other groups are not Flux's. */
export function kindOf(group: string, kind: string): KindDefinition | undefined {
  return byGroupAndKind.get(`${group}/${kind}`);
}
