import type { KindDefinition } from '../kind.ts';
import { alert } from './alert.ts';
import { artifactGenerator } from './artifact-generator.ts';
import { bucket } from './bucket.ts';
import { externalArtifact } from './external-artifact.ts';
import { fluxInstance } from './flux-instance.ts';
import { gitRepository } from './git-repository.ts';
import { helmChart } from './helm-chart.ts';
import { helmRelease } from './helm-release.ts';
import { helmRepository } from './helm-repository.ts';
import { imagePolicy } from './image-policy.ts';
import { imageRepository } from './image-repository.ts';
import { imageUpdateAutomation } from './image-update-automation.ts';
import { kustomization } from './kustomization.ts';
import { ociRepository } from './oci-repository.ts';
import { provider } from './provider.ts';
import { receiver } from './receiver.ts';
import { resourceSet } from './resource-set.ts';
import { resourceSetInputProvider } from './resource-set-input-provider.ts';

/** Every kind of Flux that Sluice knows, in the order of the rail. A new kind is one file and one line here. */
export const kinds: readonly KindDefinition[] = [
  kustomization,
  helmRelease,
  gitRepository,
  ociRepository,
  helmRepository,
  helmChart,
  bucket,
  externalArtifact,
  artifactGenerator,
  imageRepository,
  imagePolicy,
  imageUpdateAutomation,
  alert,
  provider,
  receiver,
  fluxInstance,
  resourceSet,
  resourceSetInputProvider,
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
