import type { KubeObject } from '../../../kube/object.ts';
import { conditionsOf } from '../conditions.ts';
import { humanGoDuration } from '../duration.ts';
import { fact, intervalFact, referenceFact, referenceFacts } from '../facts.ts';
import { inventorySize } from '../inventory.ts';
import type { KindDefinition, Panel } from '../kind.ts';
import { at, instantAt, isTrueAt, latest, listAt, numberAt, textAt } from '../read.ts';
import { dependsOnAt, helmGroup, localReference, referenceAt, referencesAt, sourceGroup } from '../references.ts';
import type { ObjectReference, ObjectState } from '../summary.ts';
import { helmReleasePanels } from './helm-release-panels.ts';
import { specInterval } from './source.ts';

function dependsOn(object: KubeObject) {
  return dependsOnAt(object, 'HelmRelease');
}

/** Either what `chartRef` names, or the source of the chart template. */
function source(object: KubeObject): ObjectReference | undefined {
  return (
    referenceAt(object, at(object, 'spec', 'chartRef')) ??
    referenceAt(object, at(object, 'spec', 'chart', 'spec', 'sourceRef'))
  );
}

/** The HelmChart made for this release, as its status names it. */
function ownChart(object: KubeObject): ObjectReference[] {
  const [namespace, name] = (textAt(object, 'status', 'helmChart') ?? '').split('/');
  if (namespace === undefined || name === undefined || name === '') return [];
  return [{ group: sourceGroup, kind: 'HelmChart', namespace, name }];
}

function newest(object: KubeObject): unknown {
  return listAt(object, 'status', 'history')[0];
}

/** The newest release that Helm calls deployed: what serves now. */
function deployed(object: KubeObject): unknown {
  return listAt(object, 'status', 'history').find((release) => textAt(release, 'status') === 'deployed');
}

/** `hello 1.1.0`: the chart that is deployed, else the one that is asked for. */
function chart(object: KubeObject): string | undefined {
  const name = textAt(newest(object), 'chartName') ?? textAt(object, 'spec', 'chart', 'spec', 'chart');
  const version = textAt(newest(object), 'chartVersion') ?? textAt(object, 'spec', 'chart', 'spec', 'version');
  if (name === undefined) return undefined;
  return version === undefined ? name : `${name} ${version}`;
}

function serving(object: KubeObject): string | undefined {
  const release = deployed(object);
  const version = numberAt(release, 'version');
  if (version === undefined) return undefined;
  return `${textAt(release, 'chartName') ?? ''} ${textAt(release, 'chartVersion') ?? ''} (version ${version})`.trim();
}

function valuesFrom(object: KubeObject) {
  return referencesAt(object, listAt(object, 'spec', 'valuesFrom'));
}

function remoteCluster(object: KubeObject) {
  return [
    ...localReference(object, 'Secret', 'kubeConfig', 'secretRef', 'name'),
    ...localReference(object, 'ConfigMap', 'kubeConfig', 'configMapRef', 'name'),
  ];
}

function tries(object: KubeObject, action: 'install' | 'upgrade'): string | undefined {
  if (textAt(object, 'spec', action, 'strategy', 'name') === 'RetryOnFailure') {
    const interval = humanGoDuration(textAt(object, 'spec', action, 'strategy', 'retryInterval') ?? '5m');
    return `tried again every ${interval} until it works`;
  }
  const retries = numberAt(object, 'spec', action, 'remediation', 'retries');
  if (retries === undefined) return undefined;
  if (retries < 0) return 'tried again without end';
  const remedy =
    action === 'install'
      ? 'uninstalled'
      : textAt(object, 'spec', action, 'remediation', 'strategy') === 'uninstall'
        ? 'uninstalled'
        : 'rolled back';
  return retries === 0
    ? 'not tried again'
    : `${remedy} and tried again ${retries === 1 ? 'once' : `${retries} times`}, then given up`;
}

function drift(object: KubeObject): string {
  const mode = textAt(object, 'spec', 'driftDetection', 'mode');
  const told = conditionsOf(object).find((condition) => condition.type === 'Drifted');
  const seen = told === undefined ? '' : told.status === 'True' ? ', found now' : ', none found';
  if (mode === 'enabled') return `detected and corrected${seen}`;
  return mode === 'warn' ? `detected and reported${seen}` : 'not looked for';
}

/** What helm-controller remembers of the revisions it has written, newest first. */
function history(object: KubeObject): Panel[] {
  const told = listAt(object, 'status', 'history');
  if (told.length === 0) return [];
  return [
    {
      id: 'releases',
      heading: 'Releases',
      sub: 'as helm-controller remembers them, newest first',
      rows: told.map((one) => ({
        text: `${numberAt(one, 'version') ?? '?'}: ${textAt(one, 'chartName') ?? ''} ${textAt(one, 'chartVersion') ?? ''}`,
        state: historyState(textAt(one, 'status')),
        how: [textAt(one, 'action'), textAt(one, 'status')].filter((word) => word !== undefined).join(', '),
        since: instantAt(one, 'lastDeployed'),
      })),
    },
  ];
}

function historyState(status: string | undefined): ObjectState {
  if (status === 'deployed') return 'ready';
  if (status === 'failed') return 'failing';
  return status?.startsWith('pending-') ? 'reconciling' : 'none';
}

function release(object: KubeObject): string {
  const namespace = textAt(object, 'spec', 'targetNamespace');
  const own = textAt(object, 'metadata', 'name') ?? '';
  const name = textAt(object, 'spec', 'releaseName') ?? (namespace === undefined ? own : `${namespace}-${own}`);
  return `${namespace ?? textAt(object, 'metadata', 'namespace') ?? ''}/${name}`;
}

export const helmRelease: KindDefinition = {
  kind: 'HelmRelease',
  plural: 'helmreleases',
  group: helmGroup,
  versions: ['v2'],
  title: 'HelmReleases',
  section: 'reconcilers',
  icon: 'k-helmrelease',
  fluxCommand: 'helmrelease',
  purpose:
    'A HelmRelease installs a chart with its values, upgrades it when either changes and repairs or rolls back what fails.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: true },
  columns: [{ key: 'chart', label: 'Chart', as: 'code', value: chart, priority: 1 }],
  facts: (object) => [
    ...fact('Chart', chart(object), 'code'),
    ...fact('Serving', serving(object), 'code'),
    ...referenceFact('Source', object, source(object)),
    ...referenceFacts('Fetched by', object, ownChart(object)),
    ...fact('Release', release(object), 'code'),
    ...intervalFact(object),
    ...referenceFacts('Depends on', object, dependsOn(object)),
    ...referenceFacts('Values from', object, valuesFrom(object)),
    ...fact('A failed install is', tries(object, 'install')),
    ...fact('A failed upgrade is', tries(object, 'upgrade')),
    ...fact(
      'Failures',
      numberAt(object, 'status', 'failures') === undefined
        ? undefined
        : `${numberAt(object, 'status', 'failures')} since the last change`,
    ),
    ...fact('Drift', drift(object)),
    ...fact('Tests', isTrueAt(object, 'spec', 'test', 'enable') ? 'run after install and upgrade' : undefined),
    ...fact(
      'Rolls back',
      textAt(object, 'spec', 'rollback', 'timeout') === undefined
        ? undefined
        : `with timeout ${humanGoDuration(textAt(object, 'spec', 'rollback', 'timeout'))}`,
    ),
    ...fact('Storage namespace', textAt(object, 'spec', 'storageNamespace'), 'code'),
    ...referenceFacts('Acts as', object, localReference(object, 'ServiceAccount', 'serviceAccountName')),
    ...referenceFacts('Installs in the cluster of', object, remoteCluster(object)),
  ],
  source,
  dependsOn,
  references: (object) => [
    ...ownChart(object),
    ...valuesFrom(object),
    ...remoteCluster(object),
    ...localReference(object, 'ServiceAccount', 'serviceAccountName'),
    ...localReference(object, 'Secret', 'chart', 'spec', 'verify', 'secretRef', 'name'),
  ],
  revision: (object) => ({
    applied: textAt(deployed(object), 'chartVersion'),
    attempted: textAt(object, 'status', 'lastAttemptedRevision'),
  }),
  intervalSeconds: specInterval,
  reconciledAt: (object) =>
    latest([
      ...listAt(object, 'status', 'history').map((item) => instantAt(item, 'lastDeployed')),
      ...conditionsOf(object)
        .filter((condition) => condition.type !== 'Reconciling')
        .map((condition) => condition.since),
    ]),
  owns: inventorySize,
  panels: ({ object }, { events }) => [...history(object), ...helmReleasePanels(object, events)],
};
