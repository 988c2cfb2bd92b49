import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCluster } from './cluster/index.ts';
import { compareContract } from './contract/compare.ts';
import { missingCases } from './contract/missing-cases.ts';

/**
 * `npm run test:cluster`: everything that needs a real Kubernetes. First the contract (the embedded cluster answers as
 * the real one), then the browser suite on a real cluster, then whether that suite made requests the contract has no
 * case for. Prints the closing line `N passed, N failed` and ends with 1 when anything failed.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const clusters = join(root, '.cluster');
const problems: string[] = [];
let passed = 0;

async function contract(): Promise<void> {
  const cluster = await startCluster({
    name: `contract-${process.pid}`,
    only: ['kube-controller-manager'],
    progress: (line) => console.log(line),
  });
  try {
    const { cases, differences } = await compareContract(cluster);
    console.log(`contract: ${cases} cases, ${differences.length} answered differently`);
    passed += cases - differences.length;
    problems.push(...differences.map((difference) => `contract: ${difference}`));
  } finally {
    await cluster.stop();
  }
}

async function browserSuite(): Promise<void> {
  const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  const report = join(root, 'test-results', 'cluster-report.json');
  const child = spawn(
    process.execPath,
    [playwright, 'test', '--config', 'e2e/cluster.config.ts', '--reporter', 'list,json', ...process.argv.slice(2)],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  const { stats } = JSON.parse(readFileSync(report, 'utf8')) as {
    stats: { expected: number; unexpected: number; flaky: number };
  };
  passed += stats.expected + stats.flaky;
  if (code !== 0)
    problems.push(...Array.from({ length: Math.max(1, stats.unexpected) }, () => 'browser suite: see above'));
}

/** Audit logs of the clusters that this run's suites started. */
function auditLogsSince(moment: number): string[] {
  return readdirSync(clusters)
    .map((name) => join(clusters, name, 'audit.log'))
    .filter((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > moment);
}

const began = Date.now();
rmSync(join(root, 'test-results'), { recursive: true, force: true });
await contract();
await browserSuite();
if (process.argv.length === 2) {
  const missing = await missingCases(auditLogsSince(began));
  console.log(`contract: ${missing.length} requests of Sluice without a case`);
  problems.push(...missing.map((request) => `contract: no case for ${request}`));
}
for (const problem of problems) console.error(problem);
console.log(`${passed} passed, ${problems.length} failed`);
process.exitCode = problems.length === 0 ? 0 : 1;
