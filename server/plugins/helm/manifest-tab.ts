import type { Part } from '../../web/page.ts';
import { foreignIcon } from '../flux/pages/object-view.ts';
import { yamlView } from '../flux/pages/yaml-view.ts';
import type { StoredRelease } from '../flux/helm-storage/decode-release.ts';
import { readManifest } from './manifest.ts';
import { shownValues } from './shown-values.ts';
import type { ValueSource } from './value-sources.ts';

/** Few objects are shown unfolded. */
const mostOpen = 3;

/** What Helm applied, object by object. */
export function manifestTab({ release, sources }: { release: StoredRelease; sources: readonly ValueSource[] }): Part {
  const { objects, unreadable } = readManifest(release.manifest, shownValues(release, sources));
  return {
    template: 'helm/manifest.njk',
    model: {
      revision: release.revision,
      unreadable,
      objects: objects.map(({ kind, namespace, name, apiVersion, source, text }, index) => ({
        id: `helm-object-${index}`,
        icon: foreignIcon(kind),
        kind,
        namespace,
        name,
        apiVersion,
        source,
        open: objects.length <= mostOpen,
        isSecret: kind === 'Secret',
        ...yamlView(text),
      })),
    },
  };
}
