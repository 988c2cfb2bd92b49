import type { About } from '../because/rule.ts';
import { quoted } from '../commands.ts';
import { kubectl } from './fixes/remedy.ts';
import type { Workload } from './workload-cause.ts';

/** Where people set what a workload is made from. */
export function setIn(about: About): string {
  return about.kind.kind === 'HelmRelease'
    ? `spec.values of HelmRelease ${about.object.metadata.name}`
    : `the manifests of Kustomization ${about.object.metadata.name}`;
}

/** `Pod shop/cart-7d`. */
export function nameOf({ reference }: Pick<Workload, 'reference'>): string {
  return `${reference.kind} ${reference.namespace === undefined ? '' : `${reference.namespace}/`}${reference.name}`;
}

/** The line that shows an object with its events. */
export function describeLine({ reference }: Pick<Workload, 'reference'>): string {
  return kubectl(reference.namespace, `describe ${reference.kind.toLowerCase()} ${quoted(reference.name)}`);
}
