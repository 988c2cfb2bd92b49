import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tenantNamespace } from '../../sandbox/company/rights.ts';
import { startSandbox } from '../../sandbox/start.ts';
import { makeWorldFolder } from './world-files.ts';
import { type Who, everyone } from './world.ts';

/** Playwright's global setup: the embedded cluster in this process, until the suite is over. */
async function sandboxWorld(): Promise<() => Promise<void>> {
  const folder = await makeWorldFolder();
  const sandbox = await startSandbox({ story: 'still', seed: 1 });
  const kubeconfigs: Partial<Record<Who, string>> = {};
  for (const who of everyone) {
    const file = join(folder.path, `${who}.kubeconfig`);
    await writeFile(file, sandbox.api.kubeconfig(who, who === 'tenant' ? tenantNamespace : undefined), { mode: 0o600 });
    kubeconfigs[who] = file;
  }
  await folder.publish({
    kind: 'sandbox',
    kubeconfigs: kubeconfigs as Record<Who, string>,
    working: { namespace: 'team-checkout', name: 'gift-cards' },
    failing: { namespace: 'team-checkout', name: 'feature-flags', cause: 'line 14' },
  });
  return async () => {
    await sandbox.close();
    await folder.remove();
  };
}

export default sandboxWorld;
