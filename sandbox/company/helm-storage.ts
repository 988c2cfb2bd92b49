import { gzipSync } from 'node:zlib';
import type { KubeObject } from '../../server/kube/object.ts';
import { chartNameOf, releaseNameOf, releaseRevisions } from './helm-releases.ts';
import type { HelmReleaseInput, ReleaseRevision } from './helm-releases.ts';
import { metadataOf } from './metadata.ts';
import type { Before } from './time.ts';

function base64(text: string | Buffer): string {
  return Buffer.from(text).toString('base64');
}

/** The Secrets in which Helm keeps a release, one per revision, encoded as Helm does: base64(base64(gzip(json))). */
export function helmStorage(before: Before, input: HelmReleaseInput): KubeObject[] {
  return releaseRevisions(input).map((revision) => storageSecret(before, input, revision));
}

function storageSecret(before: Before, input: HelmReleaseInput, revision: ReleaseRevision): KubeObject {
  const name = releaseNameOf(input);
  const namespace = input.namespace ?? 'default';
  const deployed = before(revision.deployed);
  const release = base64(gzipSync(JSON.stringify(releaseOf(before, input, revision))));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf(before, 'Secret', {
      namespace,
      name: `sh.helm.release.v1.${name}.v${revision.version}`,
      age: revision.deployed,
      labels: {
        modifiedAt: String(Math.floor(Date.parse(deployed) / 1000)),
        name,
        owner: 'helm',
        status: revision.status,
        version: String(revision.version),
      },
    }),
    type: 'helm.sh/release.v1',
    data: { release: base64(release) },
  };
}

function releaseOf(before: Before, input: HelmReleaseInput, revision: ReleaseRevision): Record<string, unknown> {
  const name = releaseNameOf(input);
  const chart = chartNameOf(input);
  const description = {
    install: 'Install complete',
    upgrade: revision.status === 'failed' ? `Upgrade "${name}" failed: timed out` : 'Upgrade complete',
    rollback: `Rollback to ${revision.version - 2}`,
  }[revision.action];
  const manifests = (input.applies ?? []).map((applied) =>
    [
      '---',
      `# Source: ${chart}/templates/${applied.kind.toLowerCase()}.yaml`,
      `apiVersion: ${applied.group === '' ? applied.version : `${applied.group}/${applied.version}`}`,
      `kind: ${applied.kind}`,
      'metadata:',
      `  name: ${applied.name}`,
      ...(applied.namespace === undefined ? [] : [`  namespace: ${applied.namespace}`]),
      ...Object.entries(applied.data ?? {}).flatMap(([key, value], index) => [
        ...(index === 0 ? ['data:'] : []),
        `  ${key}: ${JSON.stringify(value)}`,
      ]),
      ...(applied.image === undefined ? [] : ['spec:', `  replicas: ${applied.replicas ?? 1}`]),
      '',
    ].join('\n'),
  );
  return {
    name,
    info: {
      first_deployed: before(input.age ?? '94d'),
      last_deployed: before(revision.deployed),
      deleted: '',
      description,
      status: revision.status,
      notes: `${chart} ${revision.chartVersion} is installed.`,
    },
    chart: {
      metadata: {
        name: chart,
        version: revision.chartVersion,
        description: `${chart} for Kubernetes`,
        apiVersion: 'v2',
        appVersion: input.appVersion ?? '1.0',
      },
      lock: null,
      templates: [{ name: 'templates/deployment.yaml', data: base64('# rendered by the chart\n') }],
      values: { replicaCount: 1, logLevel: 'info' },
      schema: null,
      files: null,
    },
    config: input.values ?? {},
    manifest: manifests.join(''),
    version: revision.version,
    namespace: input.targetNamespace ?? input.namespace,
    apply_method: 'ssa',
  };
}
