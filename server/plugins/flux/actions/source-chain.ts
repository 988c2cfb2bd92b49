import type { Cluster, Entry } from '../../../kube/cluster.ts';
import { textAt } from '../read.ts';
import { sourceGroup } from '../references.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';

/**
 * What an object is made from, first things first: the repository of a chart, then the chart of a release. A release with
 * a chart template has a HelmChart of its own, named by its status or else `<namespace>-<name>` beside the repository.
 */
export function sourceChain(cluster: Cluster, { object, summary }: Entry<FluxSummary>): ObjectReference[] {
  const { source } = summary;
  if (source === undefined) return [];
  if (source.kind === 'HelmChart') {
    const chart = cluster
      .collection<FluxSummary>({ group: sourceGroup, resource: 'helmcharts' })
      .get(source.namespace, source.name);
    return chart?.summary.source === undefined ? [source] : [chart.summary.source, source];
  }
  const hasTemplate = object.kind === 'HelmRelease' && textAt(object, 'spec', 'chartRef', 'name') === undefined;
  if (!hasTemplate) return [source];
  const [namespace = source.namespace, name] = textAt(object, 'status', 'helmChart')?.split('/') ?? [];
  const ownName = name ?? `${object.metadata.namespace ?? ''}-${object.metadata.name}`;
  return [source, { group: sourceGroup, kind: 'HelmChart', namespace, name: ownName }];
}
