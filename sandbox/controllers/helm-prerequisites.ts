import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from '../company/conditions.ts';
import { referenceOf, textOf } from './surroundings.ts';
import type { Reference, Surroundings } from './surroundings.ts';
import type { Failure } from './world.ts';

/** `spec.chart.spec` of a release that names its chart itself. */
export function chartSpecOf(object: KubeObject): Record<string, unknown> | undefined {
  return (object.spec?.['chart'] as { spec?: Record<string, unknown> } | undefined)?.spec;
}

/** Where the chart of a release lies in the cluster. */
export function chartSourceOf(object: KubeObject): Required<Reference> | undefined {
  const own = object.metadata.namespace ?? '';
  const reference = referenceOf(object.spec?.['chartRef']);
  if (reference !== undefined) return { ...reference, namespace: reference.namespace ?? own };
  const source = referenceOf(chartSpecOf(object)?.['sourceRef']);
  if (source === undefined) return undefined;
  return { kind: 'HelmChart', namespace: source.namespace ?? own, name: `${own}-${object.metadata.name}` };
}

/** Makes the HelmChart of a release that names its chart itself. */
export async function ensureChart(object: KubeObject, place: Required<Reference>, around: Surroundings): Promise<void> {
  const spec = chartSpecOf(object);
  if (spec === undefined || around.get('HelmChart', place.namespace, place.name) !== undefined) return;
  const { kind, name } = referenceOf(spec['sourceRef']) ?? { kind: 'HelmRepository', name: '' };
  await around.create({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmChart',
    metadata: {
      name: place.name,
      namespace: place.namespace,
      uid: '',
      resourceVersion: '',
      finalizers: ['finalizers.fluxcd.io'],
      labels: {
        'helm.toolkit.fluxcd.io/name': object.metadata.name,
        'helm.toolkit.fluxcd.io/namespace': object.metadata.namespace ?? '',
      },
    },
    spec: {
      chart: spec['chart'],
      interval: textOf(spec['interval']) ?? textOf(object.spec?.['interval']) ?? '10m0s',
      reconcileStrategy: 'ChartVersion',
      sourceRef: { kind, name },
      version: textOf(spec['version']) ?? '*',
    },
  });
  await around.writeStatus(object, { ...object.status, helmChart: `${place.namespace}/${place.name}` });
  const message = `Created HelmChart/${place.namespace}/${place.name} with SourceRef '${kind}/${place.namespace}/${name}'`;
  around.log(object, 'info', message);
  await around.happened(object, { reason: 'HelmChartCreated', message });
}

/** Why the chart cannot be had yet, in the controller's words. */
export function sourceProblem(
  source: KubeObject | undefined,
  { kind, namespace, name }: Reference,
): Failure | undefined {
  const notReady = (why: string): Failure => ({
    reason: 'SourceNotReady',
    message: `${kind} '${namespace}/${name}' is not ready: ${why}`,
  });
  const unseen = 'latest generation of object has not been reconciled';
  if (source === undefined) {
    const message = `could not get Source object: ${kind}.source.toolkit.fluxcd.io "${name}" not found`;
    return { reason: 'ArtifactFailed', message };
  }
  if (
    source.status?.['observedGeneration'] !== source.metadata.generation &&
    conditionOf(source.status, 'Ready') === undefined
  ) {
    return notReady(unseen);
  }
  const ready = conditionOf(source.status, 'Ready');
  return ready?.status === 'True' ? undefined : notReady(ready?.message ?? unseen);
}

/** Which values cannot be had, in the controller's words. */
export async function valuesProblem(object: KubeObject, around: Surroundings): Promise<string | undefined> {
  const wanted = object.spec?.['valuesFrom'];
  if (!Array.isArray(wanted)) return undefined;
  for (const each of wanted as Record<string, unknown>[]) {
    const reference = referenceOf(each);
    if (reference === undefined || each['optional'] === true) continue;
    const namespace = object.metadata.namespace ?? '';
    if ((await around.fetch(reference.kind, namespace, reference.name)) !== undefined) continue;
    const key = textOf(each['valuesKey']) ?? 'values.yaml';
    const missing = `${reference.kind.toLowerCase()}s "${reference.name}" not found`;
    return `could not resolve ${reference.kind} chart values reference '${namespace}/${reference.name}' with key '${key}': ${missing}`;
  }
  return undefined;
}
