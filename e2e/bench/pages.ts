import { Agent, request } from 'undici';
import type { KubeClient } from '../../server/kube/cluster.ts';
import { figure, quantile, spread } from './statistics.ts';
import type { Report } from './report.ts';

interface Measured {
  what: string;
  path: string;
}

/** The views people open most, on a cluster of ten thousand objects. */
function views(namespace: string, name: string): Measured[] {
  return [
    { what: 'list, worst first', path: '/flux/kustomizations' },
    { what: 'list, by text', path: '/flux/kustomizations?q=app-1' },
    { what: 'list, one namespace', path: `/flux/kustomizations?namespace=${namespace}` },
    { what: 'list, failing only', path: '/flux/kustomizations?status=failing' },
    { what: 'list, by name, page 20', path: '/flux/kustomizations?sort=name&page=20' },
    { what: 'detail', path: `/flux/kustomizations/${namespace}/${name}` },
    { what: 'overview', path: '/' },
    { what: 'search, every kind', path: '/flux/search?q=app-1' },
    { what: 'search while typing', path: '/flux/search/palette?q=ap' },
  ];
}

/** Server time of page views, one after the other over one kept connection, beside the API server's own LIST. */
export async function measurePages(
  report: Report,
  url: string,
  kube: KubeClient,
  example: { namespace: string; name: string },
): Promise<void> {
  const beside = await listTimes(kube);
  const dispatcher = new Agent({ connections: 1, pipelining: 1 });
  try {
    for (const { what, path } of views(example.namespace, example.name)) {
      const times: number[] = [];
      for (let round = 0; round < 220; round += 1) {
        const began = performance.now();
        const answer = await request(url + path, { dispatcher, headers: { accept: 'text/html' } });
        await answer.body.arrayBuffer();
        if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}`);
        if (round >= 20) times.push(performance.now() - began);
      }
      report.row({
        what: `${what} (p50 / p99)`,
        budget: '10 / 50 ms',
        measured: `${spread(times)} ms`,
        beside,
        within: quantile(times, 0.5) <= 10 && quantile(times, 0.99) <= 50,
      });
    }
  } finally {
    await dispatcher.close();
  }
}

async function listTimes(kube: KubeClient): Promise<string> {
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < 3; round += 1) {
    const began = performance.now();
    const text = await kube.text({ path: '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations' });
    times.push(performance.now() - began);
    bytes = text.length;
  }
  return `raw LIST ${figure(quantile(times, 0.5))} ms, ${figure(bytes / 1e6)} MB`;
}
