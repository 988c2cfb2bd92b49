import { textAt } from '../read.ts';
import { clause } from './rule.ts';
import type { About, Rule } from './rule.ts';

/** The API server names sources by their plural. */
const kindsByPlural: Readonly<Record<string, string>> = {
  gitrepositories: 'GitRepository',
  ocirepositories: 'OCIRepository',
  buckets: 'Bucket',
  helmrepositories: 'HelmRepository',
  helmcharts: 'HelmChart',
  externalartifacts: 'ExternalArtifact',
};

/** What the API server answers, and what is missing in the cluster. */
export const clusterRules: readonly Rule[] = [
  {
    when: /failed to get secret '([^']+)'.*not found/s,
    say: ([, name = ''], about) => missing('Secret', name, about),
  },
  {
    when: /(?:unable to read token from secret|secret) '([^']+\/[^']+)'.*not found/s,
    say: ([, name = ''], about) => missing('Secret', name, about),
  },
  {
    when: /secrets? "([^"]+)" not found/,
    say: ([, name = ''], about) => missing('Secret', name, about),
  },
  {
    when: /configmaps? "([^"]+)" not found/,
    say: ([, name = ''], about) => missing('ConfigMap', name, about),
  },
  {
    when: /serviceaccounts? "([^"]+)" not found/i,
    say: ([, name = ''], about) => missing('ServiceAccount', name, about),
  },
  {
    when: /namespaces? "([^"]+)" not found/,
    say: ([, name]) => `Namespace ${name} does not exist: create it first`,
  },
  {
    when: /customresourcedefinitions?\.apiextensions\.k8s\.io "([^"]+)" not found/,
    say: ([, name]) => `CustomResourceDefinition ${name} does not exist: install it first`,
  },
  {
    when: /unable to get source '([^']+)': (\w+)\.[\w.]*fluxcd\.io "[^"]+" not found/,
    say: ([, name = '', plural = ''], about) => missing(kindsByPlural[plural] ?? 'Source', name, about),
  },
  {
    when: /\b(GitRepository|OCIRepository|Bucket|HelmRepository|HelmChart|ExternalArtifact|ImageRepository|ImagePolicy|Provider)\.[\w.]*toolkit\.fluxcd\.io "([^"]+)" not found/,
    say: ([, kind = '', name = ''], about) => missing(kind, name, about),
  },
  {
    when: /User "system:serviceaccount:([^:"]+):([^"]+)" cannot (\S+) resource "([^"]+)" in API group "([^"]*)" (at the cluster scope|in the namespace "([^"]+)")/,
    say: ([, namespace, name, verb, resource, group, , where]) =>
      `ServiceAccount ${namespace}/${name} may not ${verb} ${resource}${group === '' ? '' : `.${group}`} ${where === undefined ? 'in the whole cluster' : `in namespace ${where}`}: grant it that right, or choose another spec.serviceAccountName`,
  },
  {
    when: /User "([^"]+)" cannot (\S+) resource "([^"]+)"/,
    say: ([, user, verb, resource]) => `${user} may not ${verb} ${resource}: grant that right`,
  },
  {
    when: /no matches for kind "([^"]+)" in version "([^"]+)"/,
    say: ([, kind, version]) =>
      `The cluster does not know the kind ${kind} (${version}): install its CustomResourceDefinition first`,
  },
  {
    when: /(\w+) in version "([^"]+)" cannot be handled as a \w+: (?:json: )?(.*)/s,
    say: ([, kind, version, why = '']) =>
      `the API server cannot read a ${kind} (${version}) of it: ${clause(why.replaceAll(/\s+/g, ' '))}`,
  },
  {
    when: /failed calling webhook "([^"]+)"/,
    say: ([, webhook]) =>
      `The admission webhook ${webhook} does not answer, so nothing it looks at can be applied: check its pods`,
  },
  {
    when: /admission webhook "([^"]+)" denied the request:?\s*(.*)/s,
    say: ([, webhook, why = ''], _, explain) =>
      `The admission webhook ${webhook} refused it${why.trim() === '' ? '' : `: ${explain(why)}`}`,
  },
  {
    when: /exceeded quota: ([\w.-]+)/,
    say: ([, quota]) => `The resource quota ${quota} is used up`,
  },
  {
    when: /namespace (\S+) because it is being terminated|namespace is being terminated/,
    say: ([, namespace]) =>
      `Namespace ${namespace ?? 'of the object'} is being deleted, so nothing can be created in it`,
  },
  {
    when: /etcdserver: request timed out|the server is currently unable to handle the request|apiserver not ready/,
    say: () => 'The API server was not able to answer',
  },
  {
    when: /the object has been modified; please apply your changes to the latest version/,
    say: () => 'Somebody else changed the object at the same moment; it is tried again',
  },
];

/** `Secret shop/missing does not exist: create it, or correct the reference`; the name may bring its namespace. */
export function missing(kind: string, name: string, { object }: About): string {
  const namespace = textAt(object, 'metadata', 'namespace');
  const full = name.includes('/') || namespace === undefined ? name : `${namespace}/${name}`;
  return `${kind} ${full} does not exist: create it, or correct the reference to it`;
}
