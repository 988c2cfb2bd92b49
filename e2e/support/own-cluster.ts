import { startCluster, type TestCluster } from '../cluster/index.ts';
import { seedWholeCompany } from '../cluster/seed-company.ts';
import { type SluiceProcess, startSluice, untilReady } from './sluice-process.ts';
import { test } from './test.ts';

/** What a spec has for itself; there while its tests run. */
interface OwnCluster {
  cluster: TestCluster;
  sluice: SluiceProcess;
}

/**
 * For a spec that must not share: a cluster of its own with the company in it and no Flux controllers, and a Sluice that
 * shows it. Both start before the spec's first test and end after its last.
 */
export function ownCluster(name: string): OwnCluster {
  const own: Partial<OwnCluster> = {};
  test.beforeAll(async () => {
    test.setTimeout(600_000);
    own.cluster = await startCluster({ name: `${name}-${process.pid}`, only: ['kube-controller-manager'] });
    await seedWholeCompany(own.cluster);
    own.sluice = await startSluice({ kubeconfig: own.cluster.kubeconfig('admin') });
    await untilReady(own.sluice.url);
  });
  test.afterAll(async () => {
    await own.sluice?.stop();
    await own.cluster?.stop();
  });
  return own as OwnCluster;
}
