/** A revision as Flux writes it, taken apart. */
export interface Revision {
  /** Branch, tag or version; undefined where the digest is all there is. */
  name: string | undefined;
  /** The full commit or digest, in hex. */
  hash: string | undefined;
}

/**
 * Reads `main@sha1:4f1a…`, `6.9.2@sha256:f62c…`, `sha256:f62c…`, the older `main/4f1a…`, and plain versions
 * (source-controller's artifact revisions).
 */
export function parseRevision(revision: string): Revision {
  const digest = /^(?:(.*)@)?(?:sha1|sha256|sha384|sha512|blake3):([0-9a-f]{7,128})$/is.exec(revision);
  if (digest !== null) return { name: digest[1] === '' ? undefined : digest[1], hash: digest[2] };
  const older = /^(.+)\/([0-9a-f]{40}|[0-9a-f]{64})$/is.exec(revision);
  if (older !== null) return { name: older[1], hash: older[2] };
  if (/^[0-9a-f]{40,128}$/i.test(revision)) return { name: undefined, hash: revision };
  return { name: revision, hash: undefined };
}

/** The revision to be read: `main@4f1a5b1`, `6.9.2@f62c03c`, `f62c03c`, `1.1.0`. */
export function shortRevision(revision: string): string {
  const { name, hash } = parseRevision(revision);
  if (hash === undefined) return name ?? revision;
  const short = hash.slice(0, 7);
  if (name === undefined) return short;
  return `${name.replace(/^refs\/(?:heads|tags)\//, '')}@${short}`;
}

/** What differs is all that is said after an arrow: `4f1a5b1` behind `main@9c02e77`, `6.9.2@…` behind `6.9.1@…`. */
export function shortWanted(applied: string | undefined, wanted: string): string {
  const to = parseRevision(wanted);
  if (applied === undefined || to.hash === undefined) return shortRevision(wanted);
  return parseRevision(applied).name === to.name ? to.hash.slice(0, 7) : shortRevision(wanted);
}
