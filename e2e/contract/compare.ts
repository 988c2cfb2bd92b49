import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startSandboxApi } from '../../sandbox/api/server.ts';
import type { FileServer } from '../../sandbox/api/service-proxy.ts';
import { artifactEndpoints } from '../cluster/artifact-endpoints.ts';
import { identities, identityGroups, rbacObjects, type Identity } from '../cluster/identities.ts';
import type { TestCluster } from '../cluster/index.ts';
import { accessCases } from './access-cases.ts';
import { applyCases } from './apply-cases.ts';
import { buildCases } from './build-cases.ts';
import { namespace, type ContractCase } from './case.ts';
import { controlCases } from './control-cases.ts';
import { contractClient, type Answer, type ContractClient } from './exchange.ts';
import { differences, normalisedAnswer, valueAt } from './normalise.ts';
import { helmCases } from './helm-cases.ts';
import { kindsCases } from './kinds-cases.ts';
import { inventoryCases } from './inventory-cases.ts';
import { logsCases } from './logs-cases.ts';
import { objectCases } from './object-cases.ts';
import { readCases } from './read-cases.ts';
import { serverCases } from './server-cases.ts';
import { sweepCases } from './sweep-cases.ts';
import { validationCases } from './validation-cases.ts';

const home: ContractCase = {
  name: 'create the namespace of the suite',
  method: 'POST',
  path: '/api/v1/namespaces',
  body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
};

const cases: readonly ContractCase[] = [
  home,
  ...objectCases,
  ...readCases,
  ...validationCases,
  ...kindsCases,
  ...accessCases,
  ...serverCases,
  ...sweepCases,
  ...controlCases,
  ...inventoryCases,
  ...applyCases,
  ...logsCases,
  ...helmCases,
  ...buildCases,
];

type Offer = NonNullable<ContractCase['offers']>;

/** One of the two servers, with what it has answered so far. */
interface Side {
  clients: Record<Identity, ContractClient>;
  answers: Map<string, Answer>;
  compact: () => Promise<void>;
  offer: (file: Offer) => Promise<void>;
}

async function sideOf(
  kubeconfig: (identity: Identity) => Promise<string>,
  { compact, offer }: Pick<Side, 'compact' | 'offer'>,
): Promise<Side> {
  const clients = await Promise.all(
    identities.map(async (identity) => [identity, contractClient(await kubeconfig(identity))] as const),
  );
  return { clients: Object.fromEntries(clients) as Side['clients'], answers: new Map(), compact, offer };
}

/** Leads a Service to the artifact server by a pod that exists in name only. */
async function offerIn({ artifacts, request }: TestCluster, { service, path, text }: Offer): Promise<void> {
  if (artifacts === undefined) throw new Error('The contract needs a cluster with the part "artifacts".');
  const file = join(artifacts.folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  const pod = { name: 'offering', ip: '10.42.0.2' };
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const spec = { containers: [{ name: 'app', image: 'example.com/app:1' }] };
  await request('POST', pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod.name }, spec });
  const status = { podIP: pod.ip, podIPs: [{ ip: pod.ip }] };
  await request('PATCH', `${pods}/${pod.name}/status`, { status }, 'application/merge-patch+json');
  const endpoints = artifactEndpoints({ namespace, name: service }, pod, artifacts.port);
  await request('POST', `/api/v1/namespaces/${namespace}/endpoints`, endpoints);
}

const patience = 20_000;

async function ask(side: Side, each: ContractCase): Promise<Answer> {
  const earlier = (name: string) => {
    const answer = side.answers.get(name);
    if (!answer) throw new Error(`No case ${name} went before ${each.name}.`);
    return JSON.parse(answer.text) as Record<string, unknown>;
  };
  if (each.compact) await side.compact();
  if (each.offers) await side.offer(each.offers);
  const path = typeof each.path === 'string' ? each.path : each.path(earlier);
  const { method, headers, body, reading, as = 'admin', until } = each;
  const request = { method, path, body, ...(headers && { headers }), startOnly: reading === 'start' };
  const deadline = performance.now() + patience;
  let answer = await side.clients[as].send(request);
  while (answer.code !== (until ?? answer.code) && performance.now() < deadline) {
    await pause(50);
    answer = await side.clients[as].send(request);
  }
  side.answers.set(each.name, answer);
  return answer;
}

function compared(sandbox: Answer, real: Answer, { name, reading, compare = [''] }: ContractCase): string[] {
  const isWatch = reading === 'watch';
  const [left, right] = [normalisedAnswer(sandbox, isWatch), normalisedAnswer(real, isWatch)];
  return compare.flatMap((path) => differences(valueAt(left, path), valueAt(right, path), `${name}: ${path}`));
}

async function cleanUp({ clients }: Side): Promise<void> {
  await clients.admin.send({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
  const deadline = performance.now() + 60_000;
  const isThere = async () =>
    (await clients.admin.send({ method: 'GET', path: `/api/v1/namespaces/${namespace}` })).code === 200;
  while (await isThere()) {
    if (performance.now() > deadline) throw new Error(`The namespace ${namespace} does not go away.`);
    await pause(100);
  }
}

/**
 * Sends the same requests to a fresh sandbox and to a real API server, and says where the answers differ: one line per
 * difference. Leaves nothing behind in the cluster.
 */
export async function compareContract(cluster: TestCluster): Promise<{ cases: number; differences: string[] }> {
  const users = identities.filter((name) => name !== 'admin').map((name) => ({ name, groups: identityGroups(name) }));
  const servers = new Map<string, FileServer>();
  const api = await startSandboxApi({ users, servers });
  api.load(rbacObjects());
  const sandbox = await sideOf(async (identity) => api.kubeconfig(identity), {
    compact: async () => api.compact(),
    offer: async ({ service, path, text }) =>
      void servers.set(`${namespace}/${service}:80`, (asked) => (asked === path ? Buffer.from(text) : undefined)),
  });
  const real = await sideOf((identity) => readFile(cluster.kubeconfig(identity), 'utf8'), {
    compact: () => cluster.compact(),
    offer: (file) => offerIn(cluster, file),
  });
  const found: string[] = [];
  try {
    for (const each of cases) {
      const [left, right] = await Promise.all([ask(sandbox, each), ask(real, each)]);
      found.push(...compared(left, right, each));
    }
  } finally {
    await cleanUp(real);
    for (const side of [sandbox, real]) for (const client of Object.values(side.clients)) client.close();
    await api.close();
  }
  return { cases: cases.length, differences: found };
}
