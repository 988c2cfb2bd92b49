import { SluiceError } from '../../../errors.ts';
import type { Tools } from '../../../tools/tools.ts';
import { buildKustomization } from '../build/build-kustomization.ts';
import { at } from '../read.ts';
import { compareKustomization } from './compare-kustomization.ts';
import type { CompareNow } from './kept-diffs.ts';

/**
 * Builds a Kustomization and compares it with the cluster, as the asker. Throws what building throws, and refused for one that
 * applies to another cluster.
 */
export function diffReader(tools: Tools): CompareNow {
  return async ({ cluster, identity, kustomization }, { signal, progress }) => {
    if (at(kustomization, 'spec', 'kubeConfig') !== undefined)
      throw new SluiceError('refused', 'It applies to another cluster, which Sluice cannot ask from here.', {
        wayOut: 'Open Sluice on that cluster and look at what its own Kustomizations would change there.',
      });
    const build = await buildKustomization({ cluster, identity, tools, signal }, kustomization);
    return compareKustomization({ cluster, identity, kustomization, build, signal, now: new Date(), progress });
  };
}
