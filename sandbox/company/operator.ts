import type { KubeObject } from '../../server/kube/object.ts';
import { appliedObject, inventoryOf } from './applied.ts';
import type { Applied } from './applied.ts';
import { condition, failing, ready } from './conditions.ts';
import type { Condition, Outcome } from './conditions.ts';
import { configMap, dummySecret } from './core.ts';
import type { Draft } from './draft.ts';
import { controllerVersions } from './flux-controllers.ts';
import { digestOf, numberOf } from './invent.ts';
import { metadataOf, operatorFinalizer } from './metadata.ts';
import type { Described } from './metadata.ts';
import type { Before } from './time.ts';

const operatorVersion = 'fluxcd.controlplane.io/v1';
const inProgress = 'Reconciliation in progress';

interface OperatorInput extends Omit<Described, 'suspended'> {
  kind: 'FluxInstance' | 'ResourceSet' | 'ResourceSetInputProvider';
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
  every?: string;
  /** By the operator's annotation; it has no field for it. */
  suspended?: true;
  outcome?: Outcome;
}

/** Conditions as the Flux Operator leaves them. */
function conditionsOf(before: Before, name: string, outcome: Outcome): Condition[] {
  const at = (duration: string) => ({ at: before(duration), generation: 1 });
  switch (outcome.is) {
    case 'ready': {
      const took = `${numberOf(`${name} took`, 210, 980)}ms`;
      return [
        condition('Ready', 'True', 'ReconciliationSucceeded', `Reconciliation finished in ${took}`, at(outcome.since)),
      ];
    }
    case 'failing':
      return [
        condition('Reconciling', 'True', 'ProgressingWithRetry', inProgress, at(outcome.last)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.last)),
      ];
    case 'stalled':
      return [
        condition('Stalled', 'True', outcome.stalledReason, outcome.stalledMessage, at(outcome.since)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.since)),
      ];
    case 'progressing':
      return [
        condition('Reconciling', 'True', 'Progressing', outcome.message, at(outcome.since)),
        condition('Ready', 'Unknown', 'Progressing', outcome.message, at(outcome.since)),
      ];
    case 'waiting': {
      const message = `Retrying dependency check: dependency ${outcome.on} not ready`;
      return [condition('Ready', 'False', 'DependencyNotReady', message, at(outcome.since))];
    }
    case 'new':
      return [];
  }
}

function operatorObject(before: Before, input: OperatorInput): KubeObject {
  const { kind, spec, status = {}, every, suspended, outcome = ready('9m'), annotations, ...described } = input;
  const times = every === undefined ? {} : { 'fluxcd.controlplane.io/reconcileEvery': every };
  const held = suspended === undefined ? {} : { 'fluxcd.controlplane.io/reconcile': 'disabled' };
  const metadata = metadataOf(
    before,
    kind,
    { ...described, annotations: { ...times, ...held, ...annotations } },
    operatorFinalizer,
  );
  const conditions = conditionsOf(before, input.name, outcome);
  return { apiVersion: operatorVersion, kind, metadata, spec, status: { conditions, ...status } };
}

/** The history that the operator keeps: one entry for what is applied now. */
function history(before: Before, digest: string, metadata: Record<string, string>) {
  return [
    {
      digest,
      firstReconciled: before('6d'),
      lastReconciled: before('9m'),
      lastReconciledDuration: '812ms',
      lastReconciledStatus: 'ReconciliationSucceeded',
      metadata,
      totalReconciliations: 144,
    },
  ];
}

/** The Flux Operator's part of the company: Flux itself, previews of merge requests, accounts of tenants. */
export function addOperator(draft: Draft): void {
  addInstance(draft);
  addPreviews(draft);
  addTenantSets(draft);
}

function addInstance(draft: Draft): void {
  const { before } = draft;
  const namespace = 'flux-system';
  const { 'flux-operator': _operator, ...versions } = controllerVersions;
  const revision = `v2.9.2@${digestOf('the distribution of the company')}`;
  draft.add(
    operatorObject(before, {
      kind: 'FluxInstance',
      namespace,
      name: 'flux',
      spec: {
        cluster: { multitenant: false, networkPolicy: true, size: 'medium', type: 'kubernetes' },
        components: Object.keys(versions),
        distribution: {
          artifact: 'oci://registry.example.com/flux/manifests:latest',
          registry: 'ghcr.io/fluxcd',
          version: '2.9.x',
        },
        wait: true,
      },
      status: {
        components: Object.entries(versions).map(([name, tag]) => ({
          digest: digestOf(`image of ${name}`),
          name,
          repository: `ghcr.io/fluxcd/${name}`,
          tag,
        })),
        history: history(before, digestOf('the distribution of the company'), { flux: 'v2.9.2' }),
        inventory: inventoryOf(
          Object.keys(versions).map((name) => appliedObject('Deployment', 'apps/v1', { namespace, name })),
        ),
        lastAppliedRevision: revision,
        lastArtifactRevision: digestOf('the manifests of the company'),
        lastAttemptedRevision: revision,
      },
    }),
  );
}

function addPreviews(draft: Draft): void {
  const { before } = draft;
  const namespace = 'team-checkout';
  const inputs = ['412', '417', '420'].map((id) => ({
    author: 'dev@example.com',
    branch: `feature/${id}`,
    id,
    sha: digestOf(`merge request ${id}`).slice('sha256:'.length, 'sha256:'.length + 40),
    title: `Checkout in fewer steps, part ${id}`,
  }));
  const settings = inputs.map(({ id, branch }) => ({ name: `preview-${id}`, branch }));
  const applied: Applied[] = settings.map(({ name }) => appliedObject('ConfigMap', 'v1', { namespace, name }));
  draft.add(
    dummySecret(before, namespace, 'git-token', ['username', 'password']),
    ...settings.map(({ name, branch }) => configMap(before, namespace, name, { branch })),
    operatorObject(before, {
      kind: 'ResourceSetInputProvider',
      namespace,
      name: 'merge-requests',
      every: '5m',
      spec: {
        defaultValues: { chart: '1.x' },
        filter: { labels: ['preview'], limit: 20 },
        secretRef: { name: 'git-token' },
        type: 'GitLabMergeRequest',
        url: 'https://git.example.com/checkout/web',
      },
      status: { exportedInputs: inputs, lastExportedRevision: digestOf(JSON.stringify(inputs)) },
      outcome: ready('3m'),
    }),
    operatorObject(before, {
      kind: 'ResourceSetInputProvider',
      namespace,
      name: 'release-tags',
      every: '10m',
      spec: {
        filter: { limit: 1, semver: '>=1.0.0' },
        secretRef: { name: 'git-token' },
        type: 'GitLabTag',
        url: 'https://deploy:s3cret@git.example.com/checkout/api',
      },
      outcome: failing(
        'ReconciliationFailed',
        'failed to call Git provider: failed to list tags: GET https://git.example.com/api/v4/projects/checkout%2Fapi/repository/tags: 401 {message: 401 Unauthorized}',
        { since: '5h', last: '2m', applied: false },
      ),
    }),
    operatorObject(before, {
      kind: 'ResourceSet',
      namespace,
      name: 'previews',
      every: '30m',
      spec: {
        inputsFrom: [{ kind: 'ResourceSetInputProvider', name: 'merge-requests' }],
        resources: [
          {
            apiVersion: 'v1',
            data: { branch: '<< inputs.branch >>' },
            kind: 'ConfigMap',
            metadata: { name: 'preview-<< inputs.id >>', namespace },
          },
        ],
      },
      status: {
        history: history(before, digestOf('the previews'), { inputs: '3', resources: '3' }),
        inventory: inventoryOf(applied),
        lastAppliedRevision: digestOf('the previews'),
      },
    }),
    operatorObject(before, {
      kind: 'ResourceSet',
      namespace,
      name: 'releases',
      spec: {
        dependsOn: [
          { apiVersion: operatorVersion, kind: 'ResourceSetInputProvider', name: 'release-tags', ready: true },
        ],
        inputsFrom: [{ kind: 'ResourceSetInputProvider', name: 'release-tags' }],
        resourcesTemplate: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: release-<< inputs.tag >>\n',
      },
      outcome: {
        is: 'waiting',
        on: `${operatorVersion}/ResourceSetInputProvider/${namespace}/release-tags`,
        since: '5h',
      },
    }),
  );
}

function addTenantSets(draft: Draft): void {
  const { before } = draft;
  const namespace = 'tenants';
  const tenants = ['birch', 'cedar', 'elm'];
  draft.add(
    ...tenants.map((tenant) => configMap(before, `tenant-${tenant}`, 'limits', { tenant })),
    operatorObject(before, {
      kind: 'ResourceSetInputProvider',
      namespace,
      name: 'regions',
      spec: { defaultValues: { region: 'north-1' }, type: 'Static' },
      status: { exportedInputs: [{ id: 'regions', region: 'north-1' }], lastExportedRevision: digestOf('regions') },
      suspended: true,
      outcome: ready('21d'),
    }),
    operatorObject(before, {
      kind: 'ResourceSet',
      namespace,
      name: 'limits',
      spec: {
        inputs: tenants.map((tenant) => ({ tenant })),
        resources: [
          {
            apiVersion: 'v1',
            data: { tenant: '<< inputs.tenant >>' },
            kind: 'ConfigMap',
            metadata: { name: 'limits', namespace: 'tenant-<< inputs.tenant >>' },
          },
        ],
        wait: true,
      },
      status: {
        history: history(before, digestOf('the limits'), { inputs: '3', resources: '3' }),
        inventory: inventoryOf(
          tenants.map((tenant) => appliedObject('ConfigMap', 'v1', { namespace: `tenant-${tenant}`, name: 'limits' })),
        ),
        lastAppliedRevision: digestOf('the limits'),
      },
    }),
    operatorObject(before, {
      kind: 'ResourceSet',
      namespace,
      name: 'welcome',
      spec: {
        inputs: tenants.map((tenant) => ({ tenant })),
        resourcesTemplate: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: << inputs.team >>\n',
      },
      outcome: {
        is: 'stalled',
        reason: 'BuildFailed',
        message:
          'build failed: failed to build resources: failed to execute template: template: resourceset:4:17: executing "resourceset" at <inputs.team>: map has no entry for key "team"',
        stalledReason: 'BuildFailed',
        stalledMessage:
          'build failed: failed to build resources: failed to execute template: template: resourceset:4:17: executing "resourceset" at <inputs.team>: map has no entry for key "team"',
        since: '8h',
      },
    }),
  );
}
