import type { KubeObject } from '../../server/kube/object.ts';
import { digestOf } from './invent.ts';
import { fluxFinalizer, metadataOf, suspendOf } from './metadata.ts';
import { sourceStatus, sourceVersion, storage } from './source-status.ts';
import type { SourceCommon } from './source-status.ts';
import type { Before } from './time.ts';

export interface HelmRepositoryInput extends SourceCommon {
  url: string;
}

/** A Helm repository; one of `oci://` is only an address, so it has no status of its own. */
export function helmRepository(before: Before, repository: HelmRepositoryInput): KubeObject {
  const { namespace, name, url } = repository;
  const oci = url.startsWith('oci://');
  const revision = digestOf(`index of ${url}`);
  const stored = { reason: 'Succeeded', message: `stored artifact: revision '${revision}'` };
  const path = `helmrepository/${namespace}/${name}/index-${revision.slice('sha256:'.length)}.yaml`;
  return {
    apiVersion: sourceVersion,
    kind: 'HelmRepository',
    metadata: metadataOf(before, 'HelmRepository', repository, oci ? undefined : fluxFinalizer),
    spec: {
      interval: repository.interval ?? '30m',
      provider: 'generic',
      ...(repository.secret === undefined ? {} : { secretRef: { name: repository.secret } }),
      ...suspendOf(repository),
      ...(oci ? { type: 'oci' } : {}),
      url,
    },
    status: oci
      ? {}
      : sourceStatus(
          before,
          repository,
          stored,
          { revision, path },
          {
            url: `${storage}helmrepository/${namespace}/${name}/index.yaml`,
          },
        ),
  };
}

export interface HelmChartInput extends SourceCommon {
  chart: string;
  /** The range asked for. */
  range: string;
  version: string;
  source: { kind: 'HelmRepository' | 'GitRepository' | 'Bucket'; name: string };
}

export function helmChart(before: Before, chart: HelmChartInput): KubeObject {
  const { namespace, name, version, source } = chart;
  const packaged = source.kind !== 'HelmRepository';
  const stored = {
    reason: packaged ? 'ChartPackageSucceeded' : 'ChartPullSucceeded',
    message: `${packaged ? 'packaged' : 'pulled'} '${chart.chart}' chart with version '${version}'`,
  };
  const path = `helmchart/${namespace}/${name}/${chart.chart.replace(/^.*\//, '')}-${version}.tgz`;
  return {
    apiVersion: sourceVersion,
    kind: 'HelmChart',
    metadata: metadataOf(before, 'HelmChart', chart, fluxFinalizer),
    spec: {
      chart: chart.chart,
      interval: chart.interval ?? '10m0s',
      reconcileStrategy: 'ChartVersion',
      sourceRef: { kind: source.kind, name: source.name },
      ...suspendOf(chart),
      version: chart.range,
    },
    status: sourceStatus(
      before,
      chart,
      stored,
      { revision: version, path },
      {
        observedChartName: chart.chart,
        url: `${storage}helmchart/${namespace}/${name}/latest.tar.gz`,
      },
    ),
  };
}
