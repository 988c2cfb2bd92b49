import { isDeepStrictEqual } from 'node:util';
import { createClient } from '../../server/kube/client.ts';
import type { StreamingClient } from '../../server/kube/client.ts';
import { kubeconfigCredentials, tokenCredentials } from '../../server/kube/credentials.ts';
import type { Credentials } from '../../server/kube/credentials.ts';
import { resourcePath } from '../../server/kube/object.ts';
import type { KubeObject } from '../../server/kube/object.ts';
import { startSandboxApi } from '../../sandbox/api/server.ts';
import { wallClock } from '../../sandbox/controllers/clock.ts';
import { startControllers } from '../../sandbox/controllers/index.ts';
import { inform } from '../../sandbox/controllers/informer.ts';
import { knownKind } from '../../sandbox/controllers/resources.ts';
import { startCluster } from '../cluster/index.ts';
import { namespace, situations } from './situations.ts';
import type { Situation } from './situations.ts';

// Plays the same situations to the real controllers and to the simulated ones, these on the embedded API and on a real
// API server, and prints where conditions differ: `npm run test:controllers`. Ends with 1 when there is a difference.

/** How long conditions have to stay the same to count as the answer, and how long to wait for that at most. */
const settled = 6000;
const longest = 90_000;

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

/** What the controllers make of the situations, once none of the answers has changed for a while. */
async function play(client: StreamingClient, all: readonly Situation[]): Promise<Map<string, string[]>> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await client.json({ method: 'POST', path: '/api/v1/namespaces', body });
  const answers = new Map(all.map(({ name }) => [name, answerOf(undefined)]));
  const { promise: quiet, resolve, reject } = Promise.withResolvers<void>();
  const stop = new AbortController();
  const end = setTimeout(resolve, longest);
  let calm = setTimeout(resolve, settled);

  function noticed(kind: string, { name: changed }: KubeObject['metadata'], object: KubeObject | undefined): void {
    for (const { name, subject } of all) {
      if (subject.kind !== kind || subject.name !== changed) continue;
      const answer = answerOf(object);
      if (isDeepStrictEqual(answers.get(name), answer)) continue;
      answers.set(name, answer);
      clearTimeout(calm);
      calm = setTimeout(resolve, settled);
    }
  }
  try {
    for (const kind of new Set(all.map(({ subject }) => subject.kind))) {
      await inform({
        client,
        resource: knownKind(kind),
        selector: '',
        clock: wallClock,
        signal: stop.signal,
        onChange: (object, previous) => {
          const { metadata } = object ?? previous ?? {};
          if (metadata?.namespace === namespace) noticed(kind, metadata, object);
        },
        onError: reject,
      });
    }
    for (const object of all.flatMap((situation) => situation.objects) as KubeObject[]) {
      await client.json({ method: 'POST', path: resourcePath(knownKind(object.kind), namespace), body: object });
    }
    await quiet;
    return answers;
  } finally {
    stop.abort();
    clearTimeout(end);
    clearTimeout(calm);
  }
}

async function simulated(credentials: Credentials): Promise<Map<string, string[]>> {
  const controllers = await startControllers({ credentials, story: 'still' });
  const client = createClient(credentials);
  try {
    return await play(client, situations('http://127.0.0.1:80/apps.git'));
  } finally {
    await controllers.close();
    await client.close();
  }
}

async function simulatedOnSandbox(): Promise<Map<string, string[]>> {
  const api = await startSandboxApi();
  try {
    return await simulated(tokenCredentials({ server: api.url, token: api.adminToken }));
  } finally {
    await api.close();
  }
}

const progress = (message: string): void => console.error(message);

async function simulatedOnKubernetes(): Promise<Map<string, string[]>> {
  const cluster = await startCluster({ name: `simulated-${process.pid}`, only: ['kube-controller-manager'], progress });
  try {
    return await simulated(kubeconfigCredentials({ files: [cluster.kubeconfig('admin')] }));
  } finally {
    await cluster.stop();
  }
}

async function real(): Promise<Map<string, string[]>> {
  const only = [
    'source-controller',
    'kustomize-controller',
    'helm-controller',
    'notification-controller',
    'image-automation-controller',
    'git',
  ];
  const cluster = await startCluster({ name: `compare-${process.pid}`, only, progress });
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

/** Prints what differs and answers how many situations do. */
function report(where: string, ours: Map<string, string[]>, theirs: Map<string, string[]>): number {
  let differences = 0;
  for (const [name, answer] of theirs) {
    const mine = ours.get(name) ?? [];
    const same = isDeepStrictEqual(mine, answer);
    console.log(`${same ? 'same' : 'DIFFERENT'}  ${where}: ${name}`);
    if (same) continue;
    differences += 1;
    for (const line of answer.filter((each) => !mine.includes(each))) console.log(`    real       ${line}`);
    for (const line of mine.filter((each) => !answer.includes(each))) console.log(`    simulated  ${line}`);
  }
  console.log(`${where}: ${theirs.size} situations, ${differences} different`);
  return differences;
}

const onSandbox = await simulatedOnSandbox();
const onKubernetes = await simulatedOnKubernetes();
const theirs = await real();
const differences = report('on the sandbox', onSandbox, theirs) + report('on a real API server', onKubernetes, theirs);
process.exitCode = differences === 0 ? 0 : 1;
