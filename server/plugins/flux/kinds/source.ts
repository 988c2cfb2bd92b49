import type { KubeObject } from '../../../kube/object.ts';
import { maskText } from '../../../mask-credentials.ts';
import { parseDuration } from '../duration.ts';
import { fact, humanBytes, referenceFacts } from '../facts.ts';
import type { Fact } from '../kind.ts';
import { instantAt, latest, numberAt, textAt } from '../read.ts';
import { localReference } from '../references.ts';
import { conditionsOf } from '../conditions.ts';
import type { ObjectReference, RevisionPair } from '../summary.ts';

/** What the source kinds share: an artifact, an interval, credentials. */

/** The stored artifact's revision; a source applies what it has, so nothing else is wanted. */
export function artifactRevision(object: KubeObject): RevisionPair {
  return { applied: textAt(object, 'status', 'artifact', 'revision'), attempted: undefined };
}

/** `spec.interval` in seconds. */
export function specInterval(object: KubeObject): number | undefined {
  return parseDuration(textAt(object, 'spec', 'interval'));
}

/** `spec.url` without credentials. */
export function specUrl(object: KubeObject): string | undefined {
  const url = textAt(object, 'spec', 'url');
  return url === undefined ? undefined : maskText(url);
}

/**
 * The last moment a source is known to have been looked at: its newest artifact or change of a condition. Source
 * controllers write nothing when a check finds nothing new.
 */
export function sourceReconciledAt(object: KubeObject): string | undefined {
  return latest([
    instantAt(object, 'status', 'artifact', 'lastUpdateTime'),
    ...conditionsOf(object)
      .filter((condition) => condition.type !== 'Reconciling')
      .map((condition) => condition.since),
  ]);
}

/** Revision, digest, size and age of what is stored. */
export function artifactFacts(object: KubeObject): Fact[] {
  const size = numberAt(object, 'status', 'artifact', 'size');
  return [
    ...fact('Artifact', textAt(object, 'status', 'artifact', 'revision'), 'code'),
    ...fact('Digest', textAt(object, 'status', 'artifact', 'digest'), 'code'),
    ...fact('Size', size === undefined ? undefined : humanBytes(size)),
    ...fact('Stored', textAt(object, 'status', 'artifact', 'lastUpdateTime')),
  ];
}

/** The Secrets and the ServiceAccount a source uses. */
export function credentialReferences(object: KubeObject): ObjectReference[] {
  return [
    ...localReference(object, 'Secret', 'secretRef', 'name'),
    ...localReference(object, 'Secret', 'certSecretRef', 'name'),
    ...localReference(object, 'Secret', 'proxySecretRef', 'name'),
    ...localReference(object, 'Secret', 'verify', 'secretRef', 'name'),
    ...localReference(object, 'Secret', 'sts', 'secretRef', 'name'),
    ...localReference(object, 'Secret', 'sts', 'certSecretRef', 'name'),
    ...localReference(object, 'ServiceAccount', 'serviceAccountName'),
  ];
}

/** Whose credentials are used, as facts; `none` stays unsaid. */
export function credentialFacts(object: KubeObject): Fact[] {
  const provider = textAt(object, 'spec', 'provider');
  return [
    ...fact('Provider', provider === 'generic' ? undefined : provider),
    ...referenceFacts('Credentials', object, localReference(object, 'Secret', 'secretRef', 'name')),
    ...referenceFacts('Certificates', object, localReference(object, 'Secret', 'certSecretRef', 'name')),
    ...referenceFacts('Proxy', object, localReference(object, 'Secret', 'proxySecretRef', 'name')),
    ...referenceFacts('Acts as', object, localReference(object, 'ServiceAccount', 'serviceAccountName')),
  ];
}

/** How signatures are checked. */
export function verificationFacts(object: KubeObject): Fact[] {
  const provider = textAt(object, 'spec', 'verify', 'provider');
  const mode = textAt(object, 'spec', 'verify', 'mode');
  const secret = textAt(object, 'spec', 'verify', 'secretRef', 'name');
  if (provider === undefined && mode === undefined && secret === undefined) return [];
  const by = provider ?? 'OpenPGP';
  return [
    ...fact('Signature', mode === undefined ? `checked with ${by}` : `checked with ${by}, ${mode}`),
    ...referenceFacts('Trusted keys', object, localReference(object, 'Secret', 'verify', 'secretRef', 'name')),
  ];
}
