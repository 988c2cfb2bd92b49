import { SluiceError } from '../../../errors.ts';
import type { StoredRelease } from '../../flux/helm-storage/decode-release.ts';
import { notToBeShown, readManifest } from '../manifest.ts';
import type { ReleaseSeen } from '../release-seen.ts';

/**
 * Helm's command knows one namespace: it looks for the release there and puts objects there that name none. A HelmRelease
 * may keep its storage in one namespace and install into another; such objects would be made in the wrong one. Throws
 * refused naming the first of them.
 */
export function demandNamespaces(seen: ReleaseSeen, ...releases: readonly StoredRelease[]): void {
  for (const { namespace, manifest, hooks, revision } of releases) {
    if (namespace === seen.namespace) continue;
    const documents = [manifest, ...hooks.map((hook) => hook.manifest)].join('\n---\n');
    const astray = readManifest(documents, notToBeShown).objects.find((object) => object.namespace === '');
    if (astray === undefined) continue;
    throw new SluiceError(
      'refused',
      `Helm keeps ${seen.name} in ${seen.namespace} and has installed it into ${namespace}, but ${astray.kind} ${astray.name} of revision ${revision} names no namespace: Helm’s command would look for it in ${seen.namespace}.`,
      { wayOut: 'Go back by a commit: the older chart and values in the HelmRelease.' },
    );
  }
}
