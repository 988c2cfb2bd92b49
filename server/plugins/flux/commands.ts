import type { KubeObject } from '../../kube/object.ts';
import { textAt } from './read.ts';
import { isSuspended } from './annotations.ts';
import type { KindDefinition } from './kind.ts';

/** A line for a terminal that does or shows the same. */
export interface Command {
  /** What it does, in words: `Sync`. */
  label: string;
  line: string;
}

/** The `flux` and `kubectl` lines that are worth the same as what the page of an object shows and does. */
export function commandsFor(object: KubeObject, kind: KindDefinition): Command[] {
  const name = quoted(object.metadata.name);
  const namespace = object.metadata.namespace === undefined ? '' : ` -n ${quoted(object.metadata.namespace)}`;
  return [...fluxCommands(object, kind, name, namespace), ...kubectlCommands(kind, name, namespace)];
}

function fluxCommands(object: KubeObject, kind: KindDefinition, name: string, namespace: string): Command[] {
  const noun = kind.fluxCommand;
  if (noun === undefined) return [];
  const commands = [{ label: 'Show', line: `flux get ${pluralNoun(noun)} ${name}${namespace}` }];
  const reconciled = kind.actions.reconcile && kind.neverReconciled?.(object) === undefined;
  const suspended = isSuspended(object);
  if (reconciled && !suspended) {
    commands.push({ label: 'Sync', line: `flux reconcile ${noun} ${name}${namespace}` });
    const fromExternal = textAt(object, 'spec', 'sourceRef', 'kind') === 'ExternalArtifact';
    if (kind.actions.reconcileWithSource && takesWithSource.has(noun) && !fromExternal) {
      commands.push({ label: 'Sync with source', line: `flux reconcile ${noun} ${name}${namespace} --with-source` });
    }
  }
  if (kind.actions.suspend && kind.neverSuspended?.(object) === undefined) {
    const verb = suspended ? 'resume' : 'suspend';
    commands.push({ label: suspended ? 'Resume' : 'Suspend', line: `flux ${verb} ${noun} ${name}${namespace}` });
  }
  if (withEvents.has(kind.kind)) {
    commands.push({ label: 'Events', line: `flux events --for ${kind.kind}/${name}${namespace}` });
  }
  return commands;
}

/** The nouns whose `flux reconcile` knows `--with-source`. */
const takesWithSource = new Set(['kustomization', 'helmrelease']);

/** The kinds that `flux events --for` knows. */
const withEvents = new Set([
  'Kustomization',
  'HelmRelease',
  'GitRepository',
  'OCIRepository',
  'Bucket',
  'HelmRepository',
  'HelmChart',
  'Alert',
  'Provider',
  'Receiver',
  'ImageRepository',
  'ImagePolicy',
  'ImageUpdateAutomation',
]);

/** `flux get` takes plurals: `kustomizations`, `sources git`, `images all`. */
export function pluralNoun(noun: string): string {
  const [first = '', ...rest] = noun.split(' ');
  return [first.endsWith('s') ? first : `${first}s`, ...rest].join(' ');
}

function kubectlCommands(kind: KindDefinition, name: string, namespace: string): Command[] {
  const resource = `${kind.plural}.${kind.group}`;
  return [
    { label: 'YAML', line: `kubectl get ${resource} ${name}${namespace} -o yaml` },
    { label: 'Describe', line: `kubectl describe ${resource} ${name}${namespace}` },
  ];
}

/** A word that a POSIX shell takes as it is; Kubernetes names need no quotes. */
export function quoted(word: string): string {
  return /^[\w.:/@%+=,-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
