import { createHash } from 'node:crypto';

/** Everything invented is drawn from names, so the same company comes out every time. */
function hexOf(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

export function commitOf(text: string): string {
  return hexOf(`commit ${text}`, 40);
}

/** `main@sha1:4f1a5b1…`, the revision of a Git source. */
export function gitRevision(reference: string, text: string): string {
  return `${reference}@sha1:${commitOf(text)}`;
}

/** `sha256:…` */
export function digestOf(text: string): string {
  return `sha256:${hexOf(`digest ${text}`, 64)}`;
}

export function uidOf(text: string): string {
  const hex = hexOf(`uid ${text}`, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A short suffix as Kubernetes gives to ReplicaSets, Pods and Events. */
export function suffixOf(text: string, length: number): string {
  return hexOf(`suffix ${text}`, length);
}

/** A whole number between `least` and `most`, both included. */
export function numberOf(text: string, least: number, most: number): number {
  return least + (Number.parseInt(hexOf(`number ${text}`, 8), 16) % (most - least + 1));
}
