import { createClient } from '../../server/kube/client.ts';
import type { KubeClient } from '../../server/kube/cluster.ts';
import { kubeconfigCredentials, tokenCredentials } from '../../server/kube/credentials.ts';
import { KubeError } from '../../server/kube/kube-error.ts';
import { resourcePath } from '../../server/kube/object.ts';
import type { KubeObject } from '../../server/kube/object.ts';
import { startSandboxApi } from '../../sandbox/api/server.ts';
import { startControllers } from '../../sandbox/controllers/index.ts';
import { knownKind } from '../../sandbox/controllers/resources.ts';
import { startCluster } from '../cluster/index.ts';
import { namespace, situations } from './situations.ts';
import type { Situation } from './situations.ts';

// Plays the same situations to the simulated and to the real controllers, and prints where their conditions differ.
// Run by hand: node e2e/controllers/compare.ts. It ends with 1 when there is a difference.

/** How long conditions have to stay the same to count as the answer, and how long to wait for that at most. */
const settled = 6000;
const longest = 90_000;

async function find(client: KubeClient, { kind, name }: Situation['subject']): Promise<KubeObject | undefined> {
  try {
    return await client.json<KubeObject>({ path: resourcePath(knownKind(kind), namespace, name) });
  } catch (error) {
    if (error instanceof KubeError && error.httpStatus === 404) return undefined;
    throw error;
  }
}

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

/** A message without what differs from run to run: revisions, durations, what is applied, how a host could not be found. */
function plain(message: string): string {
  return message
    .replaceAll(/[0-9a-f]{40,64}/g, '<hash>')
    .replaceAll(/\d+(\.\d+)?(µs|ms|s)\b/g, '<duration>')
    .replaceAll(/[a-z-]+-settings\b/g, '<settings>')
    .replaceAll(/https?:\/\/127\.0\.0\.1:\d+/g, '<server>')
    .replaceAll(/lookup (\S+)( on \S+)?: [^"]*$/g, 'lookup $1: <not found>')
    .trim();
}

function answerOf(object: KubeObject | undefined): string[] {
  if (object === undefined) return ['(does not exist)'];
  const conditions = (object.status?.['conditions'] ?? []) as Condition[];
  const lines = conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${plain(message)}`);
  const observed = object.status?.['observedGeneration'] as number | undefined;
  return [...lines, `observedGeneration ${observed ?? 'none'}`];
}

async function play(client: KubeClient, all: readonly Situation[]): Promise<Map<string, string[]>> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await client.json({ method: 'POST', path: '/api/v1/namespaces', body });
  for (const object of all.flatMap((situation) => situation.objects) as KubeObject[]) {
    await client.json({ method: 'POST', path: resourcePath(knownKind(object.kind), namespace), body: object });
  }
  const look = async () => {
    const answers = new Map<string, string[]>();
    for (const { name, subject } of all) answers.set(name, answerOf(await find(client, subject)));
    return answers;
  };
  const end = Date.now() + longest;
  let answers = await look();
  for (let since = Date.now(); Date.now() - since < settled && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const next = await look();
    if (JSON.stringify([...next]) !== JSON.stringify([...answers])) since = Date.now();
    answers = next;
  }
  return answers;
}

async function simulated(): Promise<Map<string, string[]>> {
  const api = await startSandboxApi();
  const credentials = tokenCredentials({ server: api.url, token: api.adminToken });
  const controllers = await startControllers({ credentials, story: 'still' });
  const client = createClient(credentials);
  try {
    return await play(client, situations('http://127.0.0.1:80/apps.git'));
  } finally {
    await controllers.close();
    await client.close();
    await api.close();
  }
}

async function real(): Promise<Map<string, string[]>> {
  const only = ['source-controller', 'kustomize-controller', 'helm-controller', 'git'];
  const cluster = await startCluster({ name: 'compare', only, progress: (message) => console.error(message) });
  const client = createClient(kubeconfigCredentials({ files: [cluster.kubeconfig('admin')] }));
  try {
    const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: applied-settings\n  namespace: ${namespace}\n`;
    const url = await cluster.git.createRepository('apps');
    await cluster.git.commit('apps', { 'settings.yaml': manifest });
    return await play(client, situations(url));
  } finally {
    await client.close();
    await cluster.stop();
  }
}

const ours = await simulated();
const theirs = await real();
let differences = 0;
for (const [name, answer] of theirs) {
  const mine = ours.get(name) ?? [];
  const same = JSON.stringify(mine) === JSON.stringify(answer);
  console.log(`${same ? 'same' : 'DIFFERENT'}  ${name}`);
  if (same) continue;
  differences += 1;
  for (const line of answer.filter((each) => !mine.includes(each))) console.log(`    real       ${line}`);
  for (const line of mine.filter((each) => !answer.includes(each))) console.log(`    simulated  ${line}`);
}
console.log(`${theirs.size} situations, ${differences} different`);
process.exitCode = differences === 0 ? 0 : 1;
