import type { KubeObject } from '../../server/kube/object.ts';
import { application } from './applied.ts';
import { failing, ready } from './conditions.ts';
import type { Outcome } from './conditions.ts';
import { namespaceObject } from './core.ts';
import { helmRelease } from './helm-releases.ts';
import { kustomization } from './kustomizations.ts';
import { gitRepository, revisionOfGit } from './repositories.ts';
import { timeBefore } from './time.ts';

/** With this label no controller that was started with `--watch-label-selector=!sharding.fluxcd.io/key` takes it up. */
const untouched = { 'sharding.fluxcd.io/key': 'none' };

const perNamespace = 100;

function outcomeOf(index: number): Outcome {
  if (index % 37 === 0) {
    return failing(
      'ReconciliationFailed',
      `Service/shop/web-${index} dry-run failed (Invalid): Service "web-${index}" is invalid\n`,
    );
  }
  if (index % 53 === 0) return { is: 'waiting', on: `bulk-0/app-${index - 1}`, since: '20m' };
  return ready(`${1 + (index % 58)}m`);
}

/**
 * So many Flux objects besides the company's, spread over namespaces `bulk-N` of a hundred each, for measurements:
 * mostly Kustomizations, some GitRepositories and HelmReleases, some of them failing, waiting or suspended.
 * No controller touches them.
 */
export function bulk(count: number, options: { now?: Date } = {}): KubeObject[] {
  const before = timeBefore(options.now ?? new Date());
  const namespaces = Array.from({ length: Math.ceil(count / perNamespace) }, (_, index) => `bulk-${index}`);
  const objects = Array.from({ length: count }, (_, index): KubeObject => {
    const namespace = `bulk-${Math.floor(index / perNamespace)}`;
    const common = {
      namespace,
      labels: { ...untouched, tier: index % 2 === 0 ? 'front' : 'back' },
      age: `${1 + (index % 300)}d`,
    };
    const url = `https://git.example.com/bulk/${namespace}.git`;
    if (index % perNamespace === 0) return gitRepository(before, { ...common, name: 'source', url });
    const name = `app-${index}`;
    const outcome = outcomeOf(index);
    const applies = application({ namespace, name, image: `registry.example.com/bulk/${name}:1.0.0` });
    const suspended = index % 41 === 0 ? { suspended: 'plainly' as const, generation: 2 } : {};
    if (index % 5 === 0) {
      const chartRef = { kind: 'OCIRepository' as const, name: 'chart' };
      const [release] = helmRelease(before, {
        ...common,
        ...suspended,
        name,
        chartRef,
        version: '1.2.3',
        applies,
        outcome: ready(),
      });
      if (release !== undefined) return release;
    }
    return kustomization(before, {
      ...common,
      ...suspended,
      name,
      source: { kind: 'GitRepository', name: 'source' },
      path: `./apps/${name}`,
      revision: revisionOfGit({ url }),
      applies,
      outcome,
    });
  });
  return [...namespaces.map((name) => namespaceObject(before, name)), ...objects];
}
