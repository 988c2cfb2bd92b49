import {
  type FluxResource,
  type Properties,
  closedObject,
  duration,
  flag,
  inventory,
  list,
  localReference,
  object,
  oneOf,
  text,
} from './parts.ts';
import { fluxRules, validations } from './rules.ts';

const commonMetadata = object([], {});
const history = list(object(['digest', 'lastReconciledStatus'], { digest: text, lastReconciledStatus: text }));
const handled: Properties = { lastHandledForceAt: text, lastHandledReconcileAt: text };

const inputTypes = [
  'Static',
  'GitHubBranch',
  'GitHubTag',
  'GitHubPullRequest',
  'GitLabBranch',
  'GitLabTag',
  'GitLabMergeRequest',
  'GitLabEnvironment',
  'AzureDevOpsBranch',
  'AzureDevOpsTag',
  'AzureDevOpsPullRequest',
  'AWSCodeCommitBranch',
  'AWSCodeCommitTag',
  'AWSCodeCommitPullRequest',
  'GiteaBranch',
  'GiteaTag',
  'GiteaPullRequest',
  'OCIArtifactTag',
  'ACRArtifactTag',
  'ECRArtifactTag',
  'GARArtifactTag',
  'ExternalService',
  'ExternalArtifact',
];

/** Kinds of `fluxcd.controlplane.io` that apply objects. None says which generation it has seen but in its conditions. */
export const operatorAppliers: FluxResource[] = [
  {
    kind: 'FluxInstance',
    plural: 'fluxinstances',
    spec: closedObject(['distribution'], {
      cluster: object([], {
        domain: { type: 'string', default: 'cluster.local' },
        multitenant: { type: 'boolean', default: false },
        multitenantWorkloadIdentity: { type: 'boolean', default: false },
        networkPolicy: { type: 'boolean', default: true },
        size: oneOf('small', 'medium', 'large'),
        type: { ...oneOf('kubernetes', 'openshift', 'aws', 'azure', 'gcp'), default: 'kubernetes' },
      }),
      commonMetadata,
      components: list(text),
      distribution: object(['registry', 'version'], {
        artifact: { type: 'string', pattern: '^oci://.*$' },
        registry: text,
        version: text,
      }),
      kustomize: object([], {}),
      migrateResources: { type: 'boolean', default: true },
      sharding: object([], {}),
      storage: object([], {}),
      sync: object(['kind', 'path', 'ref', 'url'], {
        interval: { ...duration, default: '1m' },
        kind: oneOf('OCIRepository', 'GitRepository', 'Bucket'),
        path: text,
        ref: text,
        url: text,
      }),
      wait: { type: 'boolean', default: true },
    }),
    status: {
      ...handled,
      components: list(object(['name', 'repository', 'tag'], { name: text, repository: text, tag: text })),
      history,
      inventory,
      lastAppliedRevision: text,
      lastArtifactRevision: text,
      lastAttemptedRevision: text,
    },
    observed: false,
  },
  {
    kind: 'ResourceSet',
    plural: 'resourcesets',
    shortNames: ['rset'],
    spec: closedObject(
      [],
      {
        commonMetadata,
        dependsOn: list(object(['apiVersion', 'kind', 'name'], { apiVersion: text, kind: text, name: text })),
        inputStrategy: object(['name'], { name: oneOf('Flatten', 'Permute') }),
        inputs: list(object([], {})),
        inputsFrom: list(object([], { kind: oneOf('ResourceSetInputProvider'), name: text, selector: object([], {}) })),
        resources: list(object([], {})),
        resourcesTemplate: text,
        serviceAccountName: text,
        steps: { type: 'array', minItems: 1, maxItems: 20, items: object(['name'], { name: text }) },
        wait: flag,
      },
      validations(fluxRules.stepsAlone, fluxRules.somethingToMake),
    ),
    status: { ...handled, externalChecksumRefs: list(text), history, inventory, lastAppliedRevision: text },
    observed: false,
  },
];

/** Kinds of `fluxcd.controlplane.io` that others take inputs from. */
export const operatorSources: FluxResource[] = [
  {
    kind: 'ResourceSetInputProvider',
    plural: 'resourcesetinputproviders',
    shortNames: ['rsip'],
    spec: closedObject(
      ['type'],
      {
        certSecretRef: localReference,
        defaultValues: object([], {}),
        filter: object([], { limit: { type: 'integer', default: 100 }, semver: text }),
        insecure: flag,
        schedule: list(object(['cron'], { cron: text })),
        secretRef: localReference,
        selectors: list(object([], {})),
        serviceAccountName: text,
        skip: object([], {}),
        type: oneOf(...inputTypes),
        url: { type: 'string', pattern: '^((http|https|oci)://.*){0,1}$' },
      },
      validations(fluxRules.noUrlForFixedInputs, fluxRules.urlForOtherInputs),
    ),
    status: {
      ...handled,
      exportedInputs: list(object([], {})),
      lastExportedRevision: text,
      nextSchedule: object([], {}),
    },
    observed: false,
  },
];
