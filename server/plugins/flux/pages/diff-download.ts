import { getVisible } from '../../../kube/visible.ts';
import type { Download } from '../../../web/download.ts';
import type { KeptDiffs } from '../diff/kept-diffs.ts';
import { patchOf } from '../diff/object-comparison.ts';
import { settled } from '../diff/operation.ts';
import { kustomization } from '../kinds/kustomization.ts';
import { look } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary } from '../summary.ts';

const waitsAtMost = 100_000;

/** The whole comparison as a patch: `/flux/kustomizations/shop/checkout/diff/patch`. */
export function diffDownload(kept: KeptDiffs): Download {
  return {
    path: '/flux/kustomizations/:namespace/:name/diff/patch',
    async make({ cluster, identity, params, now }) {
      const { namespace = '', name = '' } = params;
      const resource = { group: kustomization.group, resource: kustomization.plural };
      const found = await getVisible<FluxSummary>(cluster, resource, identity, namespace, name);
      const { object, summary } = entryAt(found, now);
      const sight = await look(cluster, identity);
      const source = summary.source === undefined ? undefined : sight.entry(summary.source)?.object;
      const comparison = kept.look({ cluster, identity, kustomization: object, source });
      const signal = AbortSignal.timeout(waitsAtMost);
      const text = await patchOf(await settled(comparison, signal), signal);
      return { fileName: `${namespace}-${name}.patch`, text: text === '' ? '# Nothing differs.\n' : text };
    },
  };
}
