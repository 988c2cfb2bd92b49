import type { RuleCheck, Schema } from '../schema.ts';

type Fields = Record<string, unknown>;

interface Rule {
  /** In the language of `x-kubernetes-validations`. */
  rule: string;
  message: string;
  /** The same in ours. */
  holds: (self: Fields) => boolean;
}

function has(self: Fields, field: string): boolean {
  return self[field] !== undefined;
}

/** The rules over several fields that the sandbox's Flux resources check. */
export const fluxRules = {
  chartOrChartRef: {
    rule: 'has(self.chart) != has(self.chartRef)',
    message: 'either chart or chartRef must be set',
    holds: (self) => has(self, 'chart') !== has(self, 'chartRef'),
  },
  oneKubeConfigReference: {
    rule: 'has(self.configMapRef) != has(self.secretRef)',
    message: 'exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified',
    holds: (self) => has(self, 'configMapRef') !== has(self, 'secretRef'),
  },
  receiverSecret: {
    rule: "self.type == 'generic-oidc' || has(self.secretRef)",
    message: 'secretRef is required when type is not generic-oidc',
    holds: (self) => self['type'] === 'generic-oidc' || has(self, 'secretRef'),
  },
  reflectionInterval: {
    rule: "self.digestReflectionPolicy != 'Always' || has(self.interval)",
    message: "spec.interval must be set when spec.digestReflectionPolicy is set to 'Always'",
    holds: (self) => self['digestReflectionPolicy'] !== 'Always' || has(self, 'interval'),
  },
  intervalOnlyForReflection: {
    rule: "!has(self.interval) || self.digestReflectionPolicy == 'Always'",
    message: "spec.interval is only accepted when spec.digestReflectionPolicy is set to 'Always'",
    holds: (self) => !has(self, 'interval') || self['digestReflectionPolicy'] === 'Always',
  },
  artifactNames: {
    rule: "has(self.pathPattern) || self.artifacts.all(a, a.name.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$'))",
    message: 'artifact names must be valid Kubernetes object names when pathPattern is not set',
    holds: (self) =>
      has(self, 'pathPattern') ||
      (self['artifacts'] as { name: string }[]).every(({ name }) => /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)),
  },
  bucketCredentials: {
    rule: '!has(self.secretRef) || !has(self.serviceAccountName)',
    message: 'cannot set both .spec.secretRef and .spec.serviceAccountName',
    holds: (self) => !has(self, 'secretRef') || !has(self, 'serviceAccountName'),
  },
  chartVerification: {
    rule: "!has(self.verify) || self.sourceRef.kind == 'HelmRepository'",
    message: "spec.verify is only supported when spec.sourceRef.kind is 'HelmRepository'",
    holds: (self) => !has(self, 'verify') || (self['sourceRef'] as { kind: string }).kind === 'HelmRepository',
  },
  commitStatusProvider: {
    rule: "!has(self.commitStatusExpr) || self.type in ['github', 'gitlab', 'gitea', 'bitbucketserver', 'bitbucket', 'azuredevops']",
    message:
      "spec.commitStatusExpr is only supported for the 'github', 'gitlab', 'gitea', 'bitbucketserver', 'bitbucket', " +
      "'azuredevops' provider types",
    holds: (self) =>
      !has(self, 'commitStatusExpr') ||
      ['github', 'gitlab', 'gitea', 'bitbucketserver', 'bitbucket', 'azuredevops'].includes(self['type'] as string),
  },
  gitServiceAccount: {
    rule: "!has(self.serviceAccountName) || self.provider in ['azure', 'aws']",
    message: "serviceAccountName can only be set when provider is 'azure' or 'aws'",
    holds: (self) => !has(self, 'serviceAccountName') || ['azure', 'aws'].includes(self['provider'] as string),
  },
  stepsAlone: {
    rule: '!has(self.steps) || (!has(self.resources) && !has(self.resourcesTemplate))',
    message: 'steps is mutually exclusive with resources and resourcesTemplate',
    holds: (self) => !has(self, 'steps') || (!has(self, 'resources') && !has(self, 'resourcesTemplate')),
  },
  somethingToMake: {
    rule: 'has(self.steps) || has(self.resources) || has(self.resourcesTemplate)',
    message: 'at least one of steps, resources or resourcesTemplate must be set',
    holds: (self) => has(self, 'steps') || has(self, 'resources') || has(self, 'resourcesTemplate'),
  },
  noUrlForFixedInputs: {
    rule: "self.type != 'Static' || !has(self.url)",
    message: "spec.url must be empty when spec.type is 'Static'",
    holds: (self) => self['type'] !== 'Static' || !has(self, 'url'),
  },
  urlForOtherInputs: {
    rule: "self.type == 'Static' || self.type == 'ExternalArtifact' || has(self.url)",
    message: "spec.url must not be empty when spec.type is not 'Static' or 'ExternalArtifact'",
    holds: (self) => self['type'] === 'Static' || self['type'] === 'ExternalArtifact' || has(self, 'url'),
  },
} satisfies Record<string, Rule>;

const byText = new Map<string, Rule>(Object.values(fluxRules).map((each) => [each.rule, each]));

/** Judges by the rules above; a rule of somebody else's definition is not known. */
export const checkRule: RuleCheck = (rule, value) => byText.get(rule)?.holds(value as Fields);

/** Rules as they stand in a schema. */
export function validations(...rules: Rule[]): Pick<Schema, 'x-kubernetes-validations'> {
  return { 'x-kubernetes-validations': rules.map(({ rule, message }) => ({ rule, message })) };
}
