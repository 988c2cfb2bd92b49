import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createClient } from '../../server/kube/client.ts';
import { kubeconfigCredentials } from '../../server/kube/credentials.ts';
import { startCluster } from '../cluster/index.ts';
import { scaleObjects } from '../cluster/scale.ts';
import { seed } from '../cluster/seed.ts';
import { sluiceRequests } from '../support/audit-log.ts';
import { measureGraph } from './graph.ts';
import { measureInstall } from './install.ts';
import { measureInventory } from './inventory.ts';
import { measureLive } from './live.ts';
import { measureLogs } from './logs.ts';
import { measurePages } from './pages.ts';
import { residentMegabytes } from './process-memory.ts';
import { createReport } from './report.ts';
import { measureStart } from './start.ts';
import { measureSync } from './sync.ts';
import { measureVisit } from './visit.ts';

/**
 * `npm run bench`: the budgets, measured on this machine against a real API server with ten thousand objects, each
 * beside what the same costs without Sluice. `--only demo,pages` runs some phases; `--objects N` another number; `--json FILE` keeps
 * the rows. Ends with 1 when a budget is missed.
 */
const phases = [
  'install',
  'demo',
  'demo-scale',
  'graph',
  'logs',
  'inventory',
  'empty',
  'start',
  'pages',
  'requests',
  'visit',
  'live',
  'sync',
] as const;
const { values } = parseArgs({
  options: { only: { type: 'string' }, objects: { type: 'string', default: '10000' }, json: { type: 'string' } },
});
const wanted = new Set<string>(values.only?.split(',') ?? phases);
for (const phase of wanted) {
  if (!(phases as readonly string[]).includes(phase)) {
    console.error(`There is no phase ${phase}; there are ${phases.join(', ')}.`);
    process.exit(2);
  }
}
const objects = Number(values.objects);
const report = createReport((line) => console.log(line));
const isWhole = (html: string): boolean => html.includes('data-row=');

if (wanted.has('install')) measureInstall(report);
if (wanted.has('demo')) {
  const demo = await measureStart(
    report,
    'demo: start to first complete page',
    2000,
    5,
    { arguments: ['--demo'] },
    '/flux/kustomizations',
    isWhole,
  );
  report.note(`demo: ${Math.round(residentMegabytes(demo.pid))} MB resident, cluster and Sluice in one process`);
  await demo.stop();
}
if (wanted.has('demo-scale')) {
  const demo = await measureStart(
    report,
    `demo: start to first complete page, ${objects} objects`,
    5000,
    5,
    { arguments: ['--demo', '--scale', String(objects)] },
    '/flux/kustomizations',
    isWhole,
  );
  for (let page = 1; page <= 300; page += 1) {
    await (await fetch(`${demo.url}/flux/kustomizations?page=${page}`)).text();
  }
  const measured = residentMegabytes(demo.pid);
  report.row({
    what: 'demo: RSS after 300 pages, cluster and Sluice in one process',
    budget: '400 MB',
    measured: `${Math.round(measured)} MB`,
    beside: '-',
    within: measured <= 400,
  });
  await demo.stop();
}
if (wanted.has('graph')) await measureGraph(report);
if (wanted.has('logs')) await measureLogs(report);
if (wanted.has('inventory')) await measureInventory(report);
if (wanted.has('empty')) await onEmptyCluster();
if (['start', 'pages', 'requests', 'visit', 'live', 'sync'].some((phase) => wanted.has(phase))) await onFullCluster();

if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report.rows(), undefined, 2)}\n`);
const missed = report.rows().filter((row) => row.within === false);
console.log(missed.length === 0 ? 'all budgets are kept' : `${missed.length} budgets are missed`);
process.exitCode = missed.length === 0 ? 0 : 1;

async function onEmptyCluster(): Promise<void> {
  const cluster = await startCluster({ name: `bench-empty-${process.pid}`, only: ['kube-controller-manager'] });
  try {
    const options = { kubeconfig: cluster.kubeconfig('admin') };
    const sluice = await measureStart(
      report,
      'start to first complete page, empty cluster',
      1500,
      5,
      options,
      '/flux/kustomizations',
      (html) => html.includes('</html>'),
    );
    await sluice.stop();
  } finally {
    await cluster.stop();
  }
}

async function onFullCluster(): Promise<void> {
  const cluster = await startCluster({ name: `bench-${process.pid}`, progress: (line) => console.log(line) });
  try {
    await seed(cluster, scaleObjects(objects));
    report.note(`${objects} Flux objects; Flux ${cluster.fluxVersion}; Node ${process.version}`);
    const kube = createClient(kubeconfigCredentials({ files: [cluster.kubeconfig('admin')] }), 'bench');
    const options = { kubeconfig: cluster.kubeconfig('admin') };
    const what = `start to first complete page, ${objects} objects`;
    const sluice = await measureStart(
      report,
      what,
      4000,
      wanted.has('start') ? 5 : 1,
      options,
      '/flux/kustomizations',
      isWhole,
    );
    const memory = (when: string): void => {
      const measured = residentMegabytes(sluice.pid);
      report.row({
        what: `RSS ${when}`,
        budget: '250 MB',
        measured: `${Math.round(measured)} MB`,
        beside: '-',
        within: measured <= 250,
      });
    };
    memory('when ready');
    const { items } = await kube.json<{ items: { metadata: { namespace: string; name: string } }[] }>({
      path: '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations',
      query: { limit: '2000' },
    });
    const namespaces = [...new Set(items.map(({ metadata }) => metadata.namespace))];
    const example = items[0]?.metadata ?? { namespace: '', name: '' };
    if (wanted.has('pages')) await measurePages(report, sluice.url, kube, example);
    if (wanted.has('requests')) {
      const since = new Date();
      for (let view = 0; view < 300; view += 1)
        await (await fetch(`${sluice.url}/flux/kustomizations?page=${1 + (view % 20)}`)).text();
      const caused = sluiceRequests(cluster.auditLog, since).filter(
        ({ requestURI }) =>
          !requestURI.includes('watch=true') &&
          !requestURI.includes('authorization.k8s.io') &&
          requestURI !== '/version',
      );
      report.row({
        what: 'API-server requests by page views',
        budget: '0',
        measured: String(caused.length),
        beside: 'a LIST a view for a dashboard without a store',
        within: caused.length === 0,
      });
      memory('after the page views');
    }
    if (wanted.has('visit')) await measureVisit(report, sluice.url);
    if (wanted.has('live')) {
      await measureLive(report, sluice.url, kube, namespaces);
      memory('after the changes under 100 pages');
    }
    if (wanted.has('sync')) await measureSync(report, sluice.url, cluster);
    await kube.close();
    await sluice.stop();
  } finally {
    await cluster.stop();
  }
}
