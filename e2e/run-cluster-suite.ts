import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveBinary } from './cluster/build.ts';
import { startCluster } from './cluster/index.ts';
import { compareContract } from './contract/compare.ts';
import { whyNoNode } from './cluster/node/check.ts';
import { missingCases } from './contract/missing-cases.ts';

/**
 * `npm run test:cluster`: everything that needs a real Kubernetes. First the contract (the embedded cluster answers as
 * the real one), then the browser suite on a real cluster, then what needs pods on one with a node, where this machine can
 * run a node; then whether those suites made requests the contract has no case for. Prints the closing line
 * `N passed, N failed` and ends with 1 when anything failed.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const clusters = join(root, '.cluster');
const problems: string[] = [];
let passed = 0;

/** Specs ask for these while others run, and a compiler takes the whole machine from those for minutes. */
async function buildTools(): Promise<void> {
  for (const name of ['helm', 'kustomize', 'kubectl'] as const) await resolveBinary(name, (line) => console.log(line));
}

async function contract(): Promise<void> {
  const cluster = await startCluster({
    name: `contract-${process.pid}`,
    only: ['kube-controller-manager', 'artifacts'],
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

async function browserSuite(name: string, configuration: string): Promise<void> {
  const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  const report = join(root, 'test-results', `${name}-report.json`);
  const chosen = process.argv.slice(2);
  const child = spawn(
    process.execPath,
    [
      playwright,
      'test',
      '--config',
      configuration,
      '--reporter',
      'list,json',
      // What is chosen may be all in the other suite.
      ...(chosen.length > 0 ? ['--pass-with-no-tests'] : []),
      ...chosen,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  const stats = statisticsIn(report);
  passed += stats.expected + stats.flaky;
  if (code !== 0) problems.push(...Array.from({ length: Math.max(1, stats.unexpected) }, () => `${name}: see above`));
}

interface Statistics {
  expected: number;
  unexpected: number;
  flaky: number;
}

/** The counts of a report; none where the suite ended before it wrote one. */
function statisticsIn(report: string): Statistics {
  if (!existsSync(report)) return { expected: 0, unexpected: 0, flaky: 0 };
  return (JSON.parse(readFileSync(report, 'utf8')) as { stats: Statistics }).stats;
}

async function nodeSuite(): Promise<void> {
  const reason = await whyNoNode(clusters, (line) => console.log(line));
  if (reason === undefined) await browserSuite('node suite', 'e2e/node.config.ts');
  else console.log(`node suite: skipped, ${reason}`);
}

/** Audit logs of the clusters that this run's suites started. */
function auditLogsSince(moment: number): string[] {
  return readdirSync(clusters)
    .map((name) => join(clusters, name, 'audit.log'))
    .filter((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > moment);
}

const began = Date.now();
rmSync(join(root, 'test-results'), { recursive: true, force: true });
await buildTools();
await contract();
await browserSuite('browser suite', 'e2e/cluster.config.ts');
await nodeSuite();
if (process.argv.length === 2) {
  const missing = await missingCases(auditLogsSince(began));
  console.log(`contract: ${missing.length} requests of Sluice without a case`);
  problems.push(...missing.map((request) => `contract: no case for ${request}`));
}
for (const problem of problems) console.error(problem);
console.log(`${passed} passed, ${problems.length} failed`);
process.exitCode = problems.length === 0 ? 0 : 1;
