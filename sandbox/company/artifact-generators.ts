import type { KubeObject } from '../../server/kube/object.ts';
import { condition, ready } from './conditions.ts';
import { digestOf, numberOf } from './invent.ts';
import { fluxFinalizer, metadataOf } from './metadata.ts';
import { artifactOf, sourceVersion } from './source-status.ts';
import type { SourceCommon } from './source-status.ts';
import type { Before } from './time.ts';

export interface ArtifactGeneratorInput extends SourceCommon {
  /** Alias → the source it stands for. */
  sources: Record<string, { kind: string; name: string; namespace?: string }>;
  /** Artifact name → the path copied into it, `@alias/…`. */
  artifacts: Record<string, string>;
}

function artifactFile(name: string): string {
  return `${numberOf(name, 1_000_000_000, 3_999_999_999)}.tar.gz`;
}

function artifactPath(namespace: string, name: string): string {
  return `externalartifact/${namespace}/${name}/${artifactFile(name)}`;
}

/** The revision an ExternalArtifact of the company stands at. */
export function revisionOfArtifact(namespace: string, name: string): string {
  return `latest@${digestOf(artifactPath(namespace, name))}`;
}

/** A generator and the ExternalArtifacts it made. */
export function artifactGenerator(before: Before, generator: ArtifactGeneratorInput): KubeObject[] {
  const { namespace = 'flux-system', sources, artifacts } = generator;
  const outcome = generator.outcome ?? ready();
  const made = outcome.is === 'ready' ? Object.keys(artifacts) : [];
  const message = `reconciliation succeeded, generated ${made.length} artifact(s)`;
  const pathOf = (artifact: string) => artifactPath(namespace, artifact);
  const metadata = metadataOf(before, 'ArtifactGenerator', generator, fluxFinalizer);
  const at = (duration: string) => ({ at: before(duration), generation: 1 });
  const conditions =
    outcome.is === 'ready'
      ? [condition('Ready', 'True', 'Succeeded', message, at(outcome.since))]
      : outcome.is === 'failing'
        ? [
            condition('Reconciling', 'True', 'ProgressingWithRetry', outcome.message, at(outcome.last)),
            condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.last)),
          ]
        : [];
  const object: KubeObject = {
    apiVersion: 'source.extensions.fluxcd.io/v1beta1',
    kind: 'ArtifactGenerator',
    metadata,
    spec: {
      artifacts: Object.entries(artifacts).map(([artifact, from]) => ({
        name: artifact,
        originRevision: from.split('/')[0],
        copy: [{ from, to: '@artifact/' }],
      })),
      sources: Object.entries(sources).map(([alias, source]) => ({ alias, ...source })),
    },
    status: {
      conditions,
      ...(made.length === 0
        ? {}
        : {
            inventory: made.map((artifact) => ({
              digest: digestOf(pathOf(artifact)),
              filename: artifactFile(artifact),
              name: artifact,
              namespace,
            })),
          }),
      observedSourcesDigest: digestOf(JSON.stringify(sources)),
    },
  };
  return [
    object,
    ...made.map((artifact) => externalArtifact(before, generator, artifact, pathOf(artifact), metadata.uid)),
  ];
}

function externalArtifact(
  before: Before,
  generator: ArtifactGeneratorInput,
  name: string,
  path: string,
  generatorUid: string,
): KubeObject {
  const namespace = generator.namespace ?? 'flux-system';
  const revision = revisionOfArtifact(namespace, name);
  const artifact = artifactOf({ revision, path }, before(generator.stored ?? '3h'));
  const labels = {
    'app.kubernetes.io/managed-by': 'source-watcher',
    'source.extensions.fluxcd.io/generator': generatorUid,
  };
  return {
    apiVersion: sourceVersion,
    kind: 'ExternalArtifact',
    metadata: metadataOf(before, 'ExternalArtifact', { namespace, name, labels, age: generator.age ?? '40d' }),
    spec: {
      sourceRef: {
        apiVersion: 'source.extensions.fluxcd.io/v1beta1',
        kind: 'ArtifactGenerator',
        name: generator.name,
        namespace,
      },
    },
    status: {
      artifact,
      conditions: [
        condition('Ready', 'True', 'Succeeded', 'Artifact is ready', {
          at: before(generator.stored ?? '3h'),
          generation: 1,
        }),
      ],
    },
  };
}
