import {
  type FluxResource,
  credentials,
  duration,
  flag,
  list,
  localReference,
  name,
  object,
  oneOf,
  shortDuration,
  text,
} from './parts.ts';
import { fluxRules, validations } from './rules.ts';

const eventKinds = [
  'Bucket',
  'GitRepository',
  'Kustomization',
  'HelmRelease',
  'HelmChart',
  'HelmRepository',
  'ImageRepository',
  'ImagePolicy',
  'ImageUpdateAutomation',
  'OCIRepository',
  'ArtifactGenerator',
  'ExternalArtifact',
];
const eventSource = object(['kind', 'name'], {
  kind: oneOf(...eventKinds),
  matchLabels: { type: 'object', additionalProperties: text },
  name,
  namespace: { type: 'string', minLength: 1, maxLength: 253 },
});

/** Kinds of `notification.toolkit.fluxcd.io`. */
export const alert: FluxResource = {
  kind: 'Alert',
  plural: 'alerts',
  spec: object(['eventSources', 'providerRef'], {
    eventSeverity: { ...oneOf('info', 'error'), default: 'info' },
    eventSources: list(eventSource),
    exclusionList: list(text),
    inclusionList: list(text),
    providerRef: localReference,
    summary: { type: 'string', maxLength: 255 },
    suspend: flag,
  }),
};

const providerTypes = [
  'slack',
  'discord',
  'msteams',
  'rocket',
  'generic',
  'generic-hmac',
  'github',
  'gitlab',
  'gitea',
  'giteapullrequestcomment',
  'bitbucketserver',
  'bitbucket',
  'azuredevops',
  'googlechat',
  'googlepubsub',
  'webex',
  'sentry',
  'azureeventhub',
  'telegram',
  'lark',
  'matrix',
  'opsgenie',
  'alertmanager',
  'grafana',
  'githubdispatch',
  'githubpullrequestcomment',
  'gitlabmergerequestcomment',
  'pagerduty',
  'datadog',
  'nats',
  'zulip',
  'otel',
];

export const notificationProvider: FluxResource = {
  kind: 'Provider',
  plural: 'providers',
  spec: object(
    ['type'],
    {
      ...credentials,
      address: { type: 'string', maxLength: 2048 },
      channel: { type: 'string', maxLength: 2048 },
      interval: duration,
      suspend: flag,
      timeout: shortDuration,
      type: oneOf(...providerTypes),
      username: { type: 'string', maxLength: 2048 },
    },
    validations(fluxRules.commitStatusProvider),
  ),
};

export const receiver: FluxResource = {
  kind: 'Receiver',
  plural: 'receivers',
  spec: object(
    ['resources', 'type'],
    {
      events: list(text),
      interval: { ...duration, default: '10m' },
      resources: list(eventSource),
      secretRef: localReference,
      suspend: flag,
      type: oneOf(
        'generic',
        'generic-hmac',
        'generic-oidc',
        'github',
        'gitlab',
        'bitbucket',
        'harbor',
        'dockerhub',
        'quay',
        'gcr',
        'nexus',
        'acr',
        'cdevents',
      ),
    },
    validations(fluxRules.receiverSecret),
  ),
  status: { webhookPath: text },
};
