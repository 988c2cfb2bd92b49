import type { About } from '../../because/rule.ts';
import { quoted } from '../../commands.ts';
import { groupOfKind, referenceName } from '../../references.ts';
import type { ObjectReference } from '../../summary.ts';
import { missingObject } from './missing-object.ts';
import { kubectl, namespaceOf, specText } from './remedy.ts';
import type { FixRule, Remedy } from './remedy.ts';

const kindsByPlural: Readonly<Record<string, string>> = {
  gitrepositories: 'GitRepository',
  ocirepositories: 'OCIRepository',
  buckets: 'Bucket',
  helmrepositories: 'HelmRepository',
  helmcharts: 'HelmChart',
  externalartifacts: 'ExternalArtifact',
  imagerepositories: 'ImageRepository',
  imagepolicies: 'ImagePolicy',
  kustomizations: 'Kustomization',
  helmreleases: 'HelmRelease',
  providers: 'Provider',
};

/** What is missing in the cluster, and what the API server refuses. */
export const clusterFixes: readonly FixRule[] = [
  {
    when: /(?:[Ss]ecret|reference) '([^']+\/[^']+)'.*secrets? "[^"]+" not found/s,
    remedy: ([, name = ''], about) => missingObject('Secret', name, about),
  },
  {
    when: /reference '([^']+\/[^']+)'.*configmaps? "[^"]+" not found/s,
    remedy: ([, name = ''], about) => missingObject('ConfigMap', name, about),
  },
  { when: /secrets? "([^"]+)" not found/, remedy: ([, name = ''], about) => missingObject('Secret', name, about) },
  {
    when: /configmaps? "([^"]+)" not found/,
    remedy: ([, name = ''], about) => missingObject('ConfigMap', name, about),
  },
  {
    when: /serviceaccounts? "([^"]+)" not found/i,
    remedy: ([, name = ''], about) => missingObject('ServiceAccount', name, about),
  },
  {
    when: /unable to get source '([^']+)': (\w+)\.[\w.]*fluxcd\.io "[^"]+" not found/,
    remedy: ([, name = '', plural = ''], about) => missingSource(kindsByPlural[plural] ?? 'GitRepository', name, about),
  },
  {
    when: /\b(gitrepositories|ocirepositories|buckets|helmrepositories|helmcharts|externalartifacts|imagerepositories|imagepolicies|providers)\.[\w.]*fluxcd\.io "([^"]+)" not found/,
    remedy: ([, plural = '', name = ''], about) => missingSource(kindsByPlural[plural] ?? '', name, about),
  },
  {
    when: /\b(GitRepository|OCIRepository|Bucket|HelmRepository|HelmChart|ExternalArtifact|ImageRepository|ImagePolicy|Provider)\.[\w.]*fluxcd\.io "([^"]+)" not found/,
    remedy: ([, kind = '', name = ''], about) => missingSource(kind, name, about),
  },
  {
    when: /namespaces? "([^"]+)" not found/,
    remedy: ([, name = '']) => ({
      fix: `Create Namespace ${name}: put it into the same Kustomization, into one that this depends on, or for a HelmRelease set spec.install.createNamespace.`,
      command: `kubectl create namespace ${quoted(name)}`,
      culprit: {
        reference: { group: '', kind: 'Namespace', namespace: undefined, name },
        state: 'missing',
        text: 'It does not exist.',
      },
      title: `Namespace ${name} does not exist`,
    }),
  },
  {
    when: /customresourcedefinitions?\.apiextensions\.k8s\.io "([^"]+)" not found/,
    remedy: ([, name = '']) => ({
      fix: `Install CustomResourceDefinition ${name} first, and make this depend on what brings it (spec.dependsOn).`,
      command: `kubectl get crd ${quoted(name)}`,
      culprit: {
        reference: { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition', namespace: undefined, name },
        state: 'missing',
        text: 'It does not exist.',
      },
      title: `CustomResourceDefinition ${name} does not exist`,
    }),
  },
  {
    when: /no matches for kind "([^"]+)" in version "([^"]+)"|resource mapping not found for name: .* no matches for kind "([^"]+)"/,
    remedy: ([, kind, version, other]) => ({
      fix: `Install what brings the kind ${kind ?? other} in a Kustomization or HelmRelease of its own, and name that in spec.dependsOn; or correct apiVersion in the manifest.`,
      command: version?.includes('/')
        ? `kubectl api-resources --api-group=${quoted(version.slice(0, version.indexOf('/')))}`
        : 'kubectl get crd',
      title: `The cluster does not know the kind ${kind ?? other}${version === undefined ? '' : ` (${version})`}`,
      key: `kind/${kind ?? other}/${version ?? ''}`,
    }),
  },
  {
    when: /User "system:serviceaccount:([^:"]+):([^"]+)" cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/,
    remedy: ([, namespace = '', name = '', verb = '', resource = '', group = '', where]) => {
      const what = group === '' ? resource : `${resource}.${group}`;
      const scope = where === undefined ? ' --all-namespaces' : ` -n ${quoted(where)}`;
      const bind =
        where === undefined
          ? 'by a ClusterRole and ClusterRoleBinding, or move what is cluster-wide into a Kustomization that may apply it'
          : `by a Role and RoleBinding in namespace ${where}`;
      return {
        fix: `Allow ServiceAccount ${namespace}/${name} to ${verb} ${what} ${bind}; or choose another spec.serviceAccountName.`,
        command: `kubectl auth can-i ${verb} ${quoted(what)} --as=system:serviceaccount:${quoted(namespace)}:${quoted(name)}${scope}`,
        culprit: {
          reference: { group: '', kind: 'ServiceAccount', namespace, name },
          state: 'failing',
          text: `It may not ${verb} ${what}${where === undefined ? ' in the whole cluster' : ` in namespace ${where}`}.`,
        },
        title: `ServiceAccount ${namespace}/${name} may not ${verb} ${what}${where === undefined ? ' in the whole cluster' : ` in namespace ${where}`}`,
        key: `right/${namespace}/${name}/${verb}/${what}`,
      };
    },
  },
  {
    when: /User "([^"]+)" cannot (\S+) resource "([^"]+)"/,
    remedy: ([, user = '', verb = '', resource = '']) => ({
      fix: `Allow ${user} to ${verb} ${resource} by a Role and RoleBinding.`,
      command: `kubectl auth can-i ${verb} ${quoted(resource)} --as=${quoted(user)}`,
      key: `right/${user}/${verb}/${resource}`,
    }),
  },
  {
    when: /(\w+) in version "([^"]+)" cannot be handled as a \w+: /,
    remedy: ([, kind = '', version = ''], about) => ({
      fix:
        about.kind.kind === 'HelmRelease'
          ? `Correct the values that a ${kind} of the chart is made from, or choose another version of the chart: a field has another type than ${kind} (${version}) wants.`
          : `Correct the manifest of that ${kind}${inSource(about)}, and push: a field has another type than ${kind} (${version}) wants.`,
      command: `kubectl explain ${quoted(kind.toLowerCase())} --recursive`,
    }),
  },
  {
    when: /failed calling webhook "([^"]+)"(?:.*service "([^"]+)" not found)?/s,
    remedy: ([, webhook = '', service]) => ({
      fix:
        service === undefined
          ? `Bring the service behind the webhook ${webhook} back: look at its pods and endpoints. Its webhook configuration says which service that is.`
          : `Bring Service ${service} back, or remove the webhook configuration of ${webhook} that was left behind.`,
      command: 'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
      title: `The admission webhook ${webhook} does not answer`,
      key: `webhook/${webhook}`,
    }),
  },
  {
    when: /admission webhook "([^"]+)" denied the request/,
    remedy: ([, webhook = ''], about) => ({
      fix: `Change the manifest${inSource(about)} to what the policy of ${webhook} allows, and push; or, if the policy is wrong, have its owner change it.`,
    }),
  },
  {
    when: /ValidatingAdmissionPolicy '([^']+)'.* denied request/,
    remedy: ([, policy = ''], about) => ({
      fix: `Change the manifest${inSource(about)} to what ValidatingAdmissionPolicy ${policy} allows, and push.`,
      command: `kubectl get validatingadmissionpolicy ${quoted(policy)} -o yaml`,
    }),
  },
  {
    when: /exceeded quota: ([\w.-]+)/,
    remedy: ([, quota = ''], about) => {
      const namespace = specText(about, 'targetNamespace') ?? namespaceOf(about);
      return {
        fix: `Raise spec.hard of ResourceQuota ${quota}, ask for less in the manifests, or remove what is not needed.`,
        command: `kubectl -n ${quoted(namespace)} describe resourcequota ${quoted(quota)}`,
        title: `The resource quota ${quota} is used up`,
        key: `quota/${namespace}/${quota}`,
      };
    },
  },
  {
    when: /violates PodSecurity "([^"]+)"/,
    remedy: ([, level = ''], about) => ({
      fix: `Give the pods a securityContext that the level ${level} allows; or set another level in the namespace's label pod-security.kubernetes.io/enforce.`,
      command: `kubectl get namespace ${quoted(specText(about, 'targetNamespace') ?? namespaceOf(about))} --show-labels`,
    }),
  },
  {
    when: /namespace (\S+) because it is being terminated|namespace is being terminated/,
    remedy: ([, namespace], about) => ({
      fix: 'Wait until the namespace is gone and let Flux make it anew; if it stays, find the objects whose finalizers hold it.',
      command: `kubectl get namespace ${quoted(namespace ?? namespaceOf(about))} -o yaml`,
      key: `terminating/${namespace ?? namespaceOf(about)}`,
    }),
  },
  {
    when: /etcdserver: request timed out|the server is currently unable to handle the request|apiserver not ready|dial tcp [\d.:]+: connect: connection refused.*\/apis?\//,
    remedy: () => ({
      fix: 'Wait: Flux tries again by itself. If it goes on, look at the API server and at aggregated APIs that are not available.',
      command: 'kubectl get apiservices',
      title: 'The API server was not able to answer',
      key: 'api-server',
    }),
  },
  {
    when: /the object has been modified; please apply your changes to the latest version/,
    remedy: () => ({
      fix: 'Wait for the next try. If it happens every time, two controllers write the same object: take it out of one of them.',
    }),
  },
];

/** `missing` says the kind, as the message has it; the namespace is the one the object names. */
function missingSource(kind: string, name: string, about: About): Remedy {
  const wanted = about.kind.source?.(about.object);
  const slash = name.indexOf('/');
  const bare = name.slice(slash + 1);
  const namespace =
    slash === -1
      ? wanted?.name === bare && wanted.kind === kind
        ? wanted.namespace
        : namespaceOf(about)
      : name.slice(0, slash);
  return missingFluxObject({ group: groupOfKind(kind), kind, namespace, name: bare }, sourceField(kind, about), about);
}

/** What to do about an object of Flux that another one names and that does not exist. */
export function missingFluxObject(reference: ObjectReference, field: string, about: About): Remedy {
  const full = referenceName(reference);
  return {
    fix: `Create ${full}, or correct ${field}.`,
    command: kubectl(
      reference.namespace,
      `get ${reference.kind.toLowerCase()}${reference.group === '' ? '' : `.${reference.group}`}`,
    ),
    culprit: {
      reference,
      state: 'missing',
      text: `It does not exist; ${field} of ${about.kind.kind} ${about.object.metadata.name} names it.`,
    },
    title: `${full} does not exist`,
  };
}

function sourceField(kind: string, about: About): string {
  if (kind === 'ImageRepository') return 'spec.imageRepositoryRef';
  if (kind === 'Provider') return 'spec.providerRef';
  if (about.kind.kind === 'HelmRelease') {
    return specText(about, 'chartRef', 'name') === undefined ? 'spec.chart.spec.sourceRef' : 'spec.chartRef';
  }
  return about.kind.kind === 'ArtifactGenerator' ? 'spec.sources' : 'spec.sourceRef';
}

/** ` in GitRepository fleet`, where the manifests come from. */
function inSource(about: About): string {
  const source = about.kind.source?.(about.object);
  if (source === undefined || about.kind.kind === 'HelmRelease') return '';
  return ` in ${referenceName(source, namespaceOf(about))}`;
}
