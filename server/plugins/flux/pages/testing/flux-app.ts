import { load } from 'cheerio';
import type { CheerioAPI } from 'cheerio';
import type { AccessRule } from '../../../../errors.ts';
import type { ServedResource } from '../../../../kube/object.ts';
import { fakeCluster } from '../../../../testing/fake-cluster.ts';
import type { FakeCluster, PartialObject } from '../../../../testing/fake-cluster.ts';
import { startRealApp } from '../../../../testing/real-app.ts';
import type { RealApp } from '../../../../testing/real-app.ts';

/** The whole server over a cluster of a test's own objects. */
export interface FluxApp extends RealApp {
  cluster: FakeCluster;
  /** Gets a page and reads it. */
  page(path: string): Promise<{ status: number; $: CheerioAPI; html: string }>;
}

interface FluxAppOptions {
  objects?: readonly PartialObject[];
  allow?: (rule: AccessRule) => boolean;
  /** Served without being watched. */
  served?: readonly ServedResource[];
  /** Resources that the API server does not serve. */
  absent?: 'all' | readonly string[];
}

export async function startFluxApp({
  objects = [],
  allow,
  served = [],
  absent = [],
}: FluxAppOptions): Promise<FluxApp> {
  let cluster: FakeCluster | undefined;
  const app = await startRealApp({
    clusters(watches) {
      const missing = watches.filter(
        ({ group, resource }) => group !== '' && (absent === 'all' || absent.includes(resource)),
      );
      cluster = fakeCluster({
        watches,
        objects,
        served,
        absent: missing,
        ...(allow !== undefined && { allow: (_identity, rule) => allow(rule) }),
      });
      return [cluster];
    },
  });
  if (cluster === undefined) throw new Error('The server asked for no cluster.');
  return {
    ...app,
    cluster,
    async page(path) {
      const response = await fetch(app.url + path);
      const html = await response.text();
      return { status: response.status, $: load(html), html };
    },
  };
}
