import type { About } from '../../because/rule.ts';
import { quoted } from '../../commands.ts';
import { listAt, textAt } from '../../read.ts';
import type { ObjectReference } from '../../summary.ts';
import { kubectl, namespaceOf, specText } from './remedy.ts';
import type { Remedy } from './remedy.ts';

/** What to do about a Secret, ConfigMap or ServiceAccount that an object names and that does not exist. */
export function missingObject(kind: string, name: string, about: About): Remedy {
  const reference = local(kind, name, about);
  const { field, command } = useOf(reference, about);
  const full = `${kind} ${reference.namespace ?? ''}/${reference.name}`;
  return {
    fix: `Create ${full}, or correct ${field}.`,
    command,
    culprit: { reference, state: 'missing', text: `It does not exist; ${field} names it.` },
    title: `${full} does not exist`,
  };
}

/** What a message names: `name`, or `namespace/name`. */
function local(kind: string, name: string, about: About): ObjectReference {
  const slash = name.indexOf('/');
  if (slash === -1) return { group: '', kind, namespace: namespaceOf(about), name };
  return { group: '', kind, namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}

interface Use {
  field: string;
  command: string;
}

/** By which field the object names it, and how one like it is made. */
function useOf({ kind, namespace, name }: ObjectReference, about: About): Use {
  const word = quoted(name);
  const at = ` -n ${quoted(namespace ?? '')}`;
  const generic = (rest: string) => kubectl(namespace, `create ${kind.toLowerCase()} ${rest}`);
  if (kind === 'ServiceAccount') return { field: 'spec.serviceAccountName', command: generic(word) };
  const from = (path: readonly string[]) =>
    listAt(about.object, 'spec', ...path).find(
      (item) => textAt(item, 'kind') === kind && textAt(item, 'name') === name,
    );
  const noun = kind === 'Secret' ? 'secret generic' : 'configmap';
  const make = (rest: string) => kubectl(namespace, `create ${noun} ${word} ${rest}`);
  const values = from(['valuesFrom']);
  if (values !== undefined) {
    return {
      field: 'spec.valuesFrom',
      command: make(`--from-file=${quoted(textAt(values, 'valuesKey') ?? 'values.yaml')}`),
    };
  }
  if (from(['postBuild', 'substituteFrom']) !== undefined) {
    return { field: 'spec.postBuild.substituteFrom', command: make('--from-literal=<variable>=<value>') };
  }
  const named = (...path: readonly string[]) => specText(about, ...path, 'name') === name;
  if (kind === 'ConfigMap') {
    const field = named('kubeConfig', 'configMapRef') ? 'spec.kubeConfig.configMapRef' : 'the reference to it';
    return { field, command: make('--from-literal=<key>=<value>') };
  }
  if (named('verify', 'secretRef')) {
    return {
      field: 'spec.verify.secretRef',
      command: make(`--from-file=${keyFile(specText(about, 'verify', 'provider'))}`),
    };
  }
  if (named('certSecretRef')) {
    return { field: 'spec.certSecretRef', command: `flux create secret tls ${word}${at} --ca-crt-file=ca.crt` };
  }
  if (named('proxySecretRef')) {
    return { field: 'spec.proxySecretRef', command: `flux create secret proxy ${word}${at} --address=<proxy>` };
  }
  if (named('decryption', 'secretRef')) {
    return { field: 'spec.decryption.secretRef', command: make('--from-file=age.agekey') };
  }
  if (named('kubeConfig', 'secretRef')) {
    return { field: 'spec.kubeConfig.secretRef', command: make('--from-file=value=<kubeconfig>') };
  }
  return {
    field: named('secretRef') ? 'spec.secretRef' : 'the reference to it',
    command: credentials(about, word, at, make),
  };
}

/** The keys that signatures are checked with, as each provider wants them. */
function keyFile(provider: string | undefined): string {
  if (provider === 'cosign') return 'cosign.pub';
  return provider === 'notation' ? 'trustpolicy.json' : 'author.asc';
}

function credentials(about: About, word: string, at: string, make: (rest: string) => string): string {
  const login = '--username=<user> --password=<token>';
  const url = addressOf(about);
  switch (about.kind.kind) {
    case 'GitRepository':
    case 'ImageUpdateAutomation':
      return url.startsWith('ssh:') || !url.includes('://')
        ? `flux create secret git ${word}${at} --url=${quoted(url)}`
        : `flux create secret git ${word}${at} --url=${quoted(url)} ${login}`;
    case 'HelmRepository':
      return specText(about, 'type') === 'oci'
        ? `flux create secret oci ${word}${at} --url=${quoted(hostOf(url))} ${login}`
        : `flux create secret helm ${word}${at} ${login}`;
    case 'OCIRepository':
    case 'ImageRepository':
      return `flux create secret oci ${word}${at} --url=${quoted(hostOf(url))} ${login}`;
    case 'Bucket':
      return make('--from-literal=accesskey=<key> --from-literal=secretkey=<secret>');
    case 'Receiver':
    case 'Provider':
      return make('--from-literal=token=<token>');
    default:
      return make('--from-literal=<key>=<value>');
  }
}

/** `spec.url` or `spec.image`, without a user and password: what goes into a line that is copied. */
function addressOf(about: About): string {
  const url = specText(about, 'url') ?? specText(about, 'image') ?? '';
  return url.replace(/^(https?:\/\/)[^/@]*@/i, '$1').replace(/^(ssh:\/\/[^/:@]+):[^/@]*@/i, '$1@');
}

function hostOf(url: string): string {
  return url.replace(/^[a-z]+:\/\//i, '').split('/')[0] ?? url;
}
