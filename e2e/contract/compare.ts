import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { startSandboxApi } from '../../sandbox/api/server.ts';
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

/** One of the two servers, with what it has answered so far. */
interface Side {
  clients: Record<Identity, ContractClient>;
  answers: Map<string, Answer>;
  compact: () => Promise<void>;
}

async function sideOf(kubeconfig: (identity: Identity) => Promise<string>, compact: Side['compact']): Promise<Side> {
  const clients = await Promise.all(
    identities.map(async (identity) => [identity, contractClient(await kubeconfig(identity))] as const),
  );
  return { clients: Object.fromEntries(clients) as Side['clients'], answers: new Map(), compact };
}

const patience = 20_000;

async function ask(side: Side, each: ContractCase): Promise<Answer> {
  const earlier = (name: string) => {
    const answer = side.answers.get(name);
    if (!answer) throw new Error(`No case ${name} went before ${each.name}.`);
    return JSON.parse(answer.text) as Record<string, unknown>;
  };
  if (each.compact) await side.compact();
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
  const api = await startSandboxApi({ users });
  api.load(rbacObjects());
  const sandbox = await sideOf(
    async (identity) => api.kubeconfig(identity),
    async () => api.compact(),
  );
  const real = await sideOf(
    (identity) => readFile(cluster.kubeconfig(identity), 'utf8'),
    () => cluster.compact(),
  );
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
