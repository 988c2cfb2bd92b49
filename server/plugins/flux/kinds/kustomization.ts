import type { KubeObject } from '../../../kube/object.ts';
import { conditionsOf } from '../conditions.ts';
import { choiceFact, fact, intervalFact, referenceFact, referenceFacts } from '../facts.ts';
import { inventorySize } from '../inventory.ts';
import type { KindDefinition } from '../kind.ts';
import { kustomizationPanels } from './kustomization-panels.ts';
import { at, entriesAt, instantAt, isTrueAt, latest, listAt, textAt } from '../read.ts';
import { dependsOnAt, kustomizeGroup, localReference, referenceAt, referencesAt } from '../references.ts';
import { specInterval } from './source.ts';

function source(object: KubeObject) {
  return referenceAt(object, at(object, 'spec', 'sourceRef'));
}

function dependsOn(object: KubeObject) {
  return dependsOnAt(object, 'Kustomization');
}

function healthChecks(object: KubeObject) {
  return referencesAt(object, listAt(object, 'spec', 'healthChecks'));
}

function substitutesFrom(object: KubeObject) {
  return referencesAt(object, listAt(object, 'spec', 'postBuild', 'substituteFrom'));
}

/** Values of substitutions may be anything, so only their names are told. */
function substitutions(object: KubeObject): string {
  return entriesAt(object, 'spec', 'postBuild', 'substitute')
    .map(([name]) => name)
    .join(', ');
}

function decryption(object: KubeObject) {
  return localReference(object, 'Secret', 'decryption', 'secretRef', 'name');
}

function decrypts(object: KubeObject): string | undefined {
  const provider = textAt(object, 'spec', 'decryption', 'provider');
  if (provider === undefined) return undefined;
  const account = textAt(object, 'spec', 'decryption', 'serviceAccountName');
  return `by Flux, with ${provider.toUpperCase()}${account === undefined ? '' : `, as the service account ${account}`}`;
}

function remoteCluster(object: KubeObject) {
  return [
    ...localReference(object, 'Secret', 'kubeConfig', 'secretRef', 'name'),
    ...localReference(object, 'ConfigMap', 'kubeConfig', 'configMapRef', 'name'),
  ];
}

function drift(object: KubeObject): string {
  return isTrueAt(object, 'spec', 'force')
    ? 'corrected at every reconciliation; what cannot be changed is deleted and made again'
    : 'corrected at every reconciliation';
}

export const kustomization: KindDefinition = {
  kind: 'Kustomization',
  plural: 'kustomizations',
  group: kustomizeGroup,
  versions: ['v1'],
  title: 'Kustomizations',
  section: 'reconcilers',
  icon: 'k-kustomization',
  fluxCommand: 'kustomization',
  purpose:
    'A Kustomization builds the manifests under a path of a source, applies them and keeps the cluster the same as they say.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: true },
  columns: [
    { key: 'path', label: 'Path', as: 'code', value: (object) => textAt(object, 'spec', 'path') ?? './', priority: 4 },
  ],
  facts: (object) => [
    ...referenceFact('Source', object, source(object)),
    ...fact('Path', textAt(object, 'spec', 'path') ?? './', 'code'),
    ...intervalFact(object),
    ...referenceFacts('Depends on', object, dependsOn(object)),
    ...fact('Target namespace', textAt(object, 'spec', 'targetNamespace'), 'code'),
    ...choiceFact(
      'What leaves the source',
      object,
      ['prune'],
      'is deleted from the cluster (prune)',
      'stays in the cluster (no prune)',
    ),
    ...choiceFact('Waits', object, ['wait'], 'until everything applied is healthy', 'for its health checks only'),
    ...referenceFacts('Health check', object, healthChecks(object)),
    ...fact('Drift', drift(object)),
    ...fact('Substitutes', substitutions(object), 'code'),
    ...referenceFacts('Substitutes from', object, substitutesFrom(object)),
    ...fact('Decryption', decrypts(object)),
    ...referenceFacts('Decrypts with', object, decryption(object)),
    ...referenceFacts('Acts as', object, localReference(object, 'ServiceAccount', 'serviceAccountName')),
    ...referenceFacts('Applies to the cluster of', object, remoteCluster(object)),
    ...fact(
      'Components',
      listAt(object, 'spec', 'components')
        .filter((path) => typeof path === 'string')
        .join(', '),
      'code',
    ),
    ...fact('When deleted', textAt(object, 'spec', 'deletionPolicy')),
    ...fact('Made from revision', textAt(object, 'status', 'lastAppliedOriginRevision'), 'code'),
  ],
  source,
  dependsOn,
  references: (object) => [
    ...substitutesFrom(object),
    ...decryption(object),
    ...remoteCluster(object),
    ...localReference(object, 'ServiceAccount', 'serviceAccountName'),
  ],
  revision: (object) => ({
    applied: textAt(object, 'status', 'lastAppliedRevision'),
    attempted: textAt(object, 'status', 'lastAttemptedRevision'),
  }),
  intervalSeconds: specInterval,
  reconciledAt: (object) =>
    latest(listAt(object, 'status', 'history').map((item) => instantAt(item, 'lastReconciled'))) ??
    latest(
      conditionsOf(object)
        .filter((condition) => condition.type === 'Ready')
        .map((condition) => condition.since),
    ),
  owns: inventorySize,
  panels: kustomizationPanels,
};
