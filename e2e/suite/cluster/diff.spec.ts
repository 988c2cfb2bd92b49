import { setTimeout as pause } from 'node:timers/promises';
import { startCluster, type TestCluster } from '../../cluster/index.ts';
import { waitFor } from '../../cluster/wait.ts';
import { sluiceRequests } from '../../support/audit-log.ts';
import { changedLines, differingLines } from '../../support/change-lines.ts';
import { kubectlDiff, type KubectlDiff } from '../../support/kubectl-diff.ts';
import { type SluiceProcess, startSluice, untilReady } from '../../support/sluice-process.ts';
import { expect, expectSound, test, untilLive } from '../../support/test.ts';
import type { KubeObject } from '../../../server/kube/object.ts';

/** What Sluice says would change, against what kubectl says and what the real kustomize-controller then does. */
test.describe.configure({ mode: 'serial' });

const namespace = 'diffs';
const kustomizations = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`;
const repositories = `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories`;
const settled = { seconds: 60 };
const merge = 'application/merge-patch+json';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.com/web:1
        env:
        - {name: REGION, value: "\${region}"}
        - {name: TOKEN, value: "\${token}"}
        ports: [{containerPort: 8080}]
`;
const configMap = (name: string, data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {${data}}\n`;
const first = {
  'base/kustomization.yaml': 'resources: [web.yaml, service.yaml, settings.yaml, login.yaml, old.yaml]\n',
  'base/web.yaml': deployment,
  'base/service.yaml':
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n',
  'base/settings.yaml': configMap('settings', 'level: info, region: "${region}", address: "https://x/?t=${token}"'),
  'base/login.yaml':
    'apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {user: web, password: "${token}"}\n',
  'base/old.yaml': configMap('old', 'a: "1"'),
  'overlay/kustomization.yaml': `resources: [../base]\nnamespace: ${namespace}\nlabels: [{pairs: {team: web}, includeSelectors: false}]\n`,
};
/** Kinds that the API server or Flux's types complete in a way of their own. */
const manyKinds = `apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "a:1"}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {schedule: "0 3 * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "a:1"}]}}}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "db:1", resources: {limits: {cpu: 1000m, memory: 1024Mi}, requests: {cpu: "0.5"}}}]}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: web}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: node}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, name: a, targetPort: http}, {port: 81, name: b, protocol: UDP}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota}
spec: {hard: {pods: 1000}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: binding}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: default}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: typo}
spec:
  fooBar: 1
  selector: {matchLabels: {app: typo}}
  template:
    metadata: {labels: {app: typo}}
    spec: {containers: [{name: a, image: "a:1", ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]}]}
`;
/** A commit that adds, changes and removes. */
const second = {
  'base/kustomization.yaml': 'resources: [web.yaml, service.yaml, settings.yaml, login.yaml, new.yaml]\n',
  'base/web.yaml': deployment.replace('web:1', 'web:2'),
  'base/settings.yaml': configMap('settings', 'level: debug, region: "${region}", address: "https://x/?t=${token}"'),
  'base/new.yaml': configMap('new', 'made: "in ${region}"'),
};
const variables: Record<string, string> = { region: 'north', token: 'open-sesame' };

let cluster: TestCluster;
let tools: KubectlDiff;
let sluice: SluiceProcess;

interface DiffAnswer {
  revision: string;
  shows: string;
  says: string[];
  counts: Record<string, number>;
  objects: {
    kind: string;
    namespace?: string;
    name: string;
    change: string;
    origin?: string;
    writers: { manager: string; subresource?: string }[];
    notes: string[];
    problem?: { kind: string; message: string; missing?: { verb: string; resource: string }[] };
    comparison?: { unified: string };
  }[];
}

test.beforeAll(async () => {
  test.setTimeout(900_000);
  tools = await kubectlDiff();
  const only = ['source-controller', 'kustomize-controller', 'git'];
  cluster = await startCluster({ name: `diff-${process.pid}`, only });
  const url = await cluster.git.createRepository('shop');
  await cluster.git.commit('shop', first);
  const create = (path: string, body: object) => cluster.request('POST', path, body);
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const place = { namespace };
  await create(`/api/v1/namespaces/${namespace}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'variables', ...place },
    data: { region: variables['region'] },
  });
  await create(`/api/v1/namespaces/${namespace}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'variables', ...place },
    stringData: { token: variables['token'] },
  });
  await create(repositories, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'shop', ...place },
    spec: { url, interval: '1h', ref: { branch: 'main' } },
  });
  await create(kustomizations, {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'shop', ...place },
    spec: {
      interval: '1h',
      path: './overlay',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'shop' },
      postBuild: {
        substituteFrom: [
          { kind: 'ConfigMap', name: 'variables' },
          { kind: 'Secret', name: 'variables' },
        ],
      },
    },
  });
  sluice = await startSluice({ kubeconfig: cluster.kubeconfig('admin'), arguments: ['--kustomize', tools.kustomize] });
  await untilReady(sluice.url);
  await untilApplied();
});

test.afterAll(async () => {
  await sluice.stop();
  tools.end();
  await cluster.stop();
});

interface Flux extends KubeObject {
  status: { lastAppliedRevision?: string; artifact?: { revision: string }; history?: { lastReconciled: string }[] };
}

const kustomization = (name: string) => cluster.request<Flux>('GET', `${kustomizations}/${name}`);
const repository = () => cluster.request<Flux>('GET', `${repositories}/shop`);
const live = (path: string) => cluster.request<KubeObject>('GET', path);

/** Waits until the newest revision of the source is applied. */
async function untilApplied(name = 'shop'): Promise<void> {
  await waitFor(
    'the Kustomization',
    async () => {
      const [{ status }, source] = await Promise.all([kustomization(name), repository()]);
      const revision = source.status.artifact?.revision;
      return revision !== undefined && status.lastAppliedRevision === revision;
    },
    settled,
  );
}

const suspend = (suspended: boolean) =>
  cluster.request('PATCH', `${kustomizations}/shop`, { spec: { suspend: suspended } }, merge);

/** Commits and waits until the source offers it. */
async function push(files: Record<string, string>): Promise<void> {
  const commit = await cluster.git.commit('shop', files);
  const annotations = { 'reconcile.fluxcd.io/requestedAt': String(Date.now()) };
  await cluster.request('PATCH', `${repositories}/shop`, { metadata: { annotations } }, merge);
  await waitFor(
    'the commit',
    async () => (await repository()).status.artifact?.revision.endsWith(commit) === true,
    settled,
  );
}

/** Asks until Sluice's watch has what the test has just changed. */
async function diffWhen(holds: (answer: DiffAnswer) => boolean, from = sluice, name = 'shop'): Promise<DiffAnswer> {
  const deadline = Date.now() + 75_000;
  for (;;) {
    const response = await fetch(`${from.url}/api/v1/flux/kustomizations/${namespace}/${name}/diff`);
    const { data, error } = (await response.json()) as { data?: DiffAnswer; error?: unknown };
    if (data !== undefined && holds(data)) return data;
    if (Date.now() > deadline) throw new Error(`It never came: ${JSON.stringify(data ?? error)}`);
    await pause(250);
  }
}

/** `kustomize build`, Flux's substitution and labels, and what kubectl says of it, as Sluice would put it. */
async function asKubectlSays(files: Record<string, string>): Promise<Map<string, string>> {
  const built = await tools.build(files, 'overlay');
  const text = JSON.stringify(built).replaceAll(/\$\{(\w+)\}/g, (_, name: string) => variables[name] ?? '');
  const objects = (JSON.parse(text) as KubeObject[]).map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: {
        ...object.metadata.labels,
        'kustomize.toolkit.fluxcd.io/name': 'shop',
        'kustomize.toolkit.fluxcd.io/namespace': namespace,
      },
    },
  }));
  const changes = await tools.diff(cluster.kubeconfig('admin'), objects);
  const said = new Map<string, string>();
  for (const [key, { before, after }] of changes) {
    const lines = differingLines(before, after);
    if (lines !== '') said.set(key, told(lines.replaceAll('open-sesame', '***')));
  }
  return said;
}

/** Lines without the one whose value is hidden. */
function told(lines: string): string {
  return lines
    .split('\n')
    .filter((line) => !line.includes(' address: '))
    .join('\n');
}

function asSluiceSays({ objects }: DiffAnswer): Map<string, string> {
  return new Map(
    objects
      .filter(({ change }) => change === 'update' || change === 'create')
      .map(({ kind, namespace = '', name, comparison }) => [
        `${kind}/${namespace}/${name}`,
        told(changedLines(comparison?.unified ?? '')),
      ]),
  );
}

test('nothing differs from what Flux has just applied', async () => {
  const answer = await diffWhen(({ shows }) => shows === 'same');
  expect(answer.counts).toEqual({ none: 5 });
  expect(await asKubectlSays(first)).toEqual(new Map());
});

test('what Flux has applied does not differ, whatever its kind', async () => {
  await push({ 'kinds/many.yaml': manyKinds });
  await cluster.request('POST', kustomizations, {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'kinds', namespace },
    spec: {
      interval: '1h',
      path: './kinds',
      prune: true,
      targetNamespace: namespace,
      sourceRef: { kind: 'GitRepository', name: 'shop' },
    },
  });
  await Promise.all([untilApplied('kinds'), untilApplied()]);
  const answer = await diffWhen(({ shows }) => shows === 'same', sluice, 'kinds');
  expect(answer.counts).toEqual({ none: 10 });
  expect(answer.objects).toEqual([]);
  const viewer = await startSluice({
    kubeconfig: cluster.kubeconfig('viewer'),
    arguments: ['--kustomize', tools.kustomize],
  });
  try {
    await untilReady(viewer.url);
    // Nobody but the API server knows that a field is none of its own.
    const laidOver = await diffWhen(({ counts }) => counts['none'] === 9, viewer, 'kinds');
    expect(laidOver.objects).toMatchObject([{ name: 'typo', change: 'update', problem: { kind: 'limited' } }]);
  } finally {
    await viewer.stop();
  }
});

test('drift is what kubectl says, with who did it, and a hidden value stays hidden', async () => {
  await suspend(true);
  const scale = `/apis/apps/v1/namespaces/${namespace}/deployments/web/scale?fieldManager=somebody`;
  await cluster.request('PATCH', scale, { spec: { replicas: 7 } }, merge);
  const settings = `/api/v1/namespaces/${namespace}/configmaps/settings?fieldManager=hand`;
  await cluster.request('PATCH', settings, { data: { level: 'trace', address: 'https://x/?t=other' } }, merge);
  await cluster.request('DELETE', `/api/v1/namespaces/${namespace}/configmaps/old`);
  const answer = await diffWhen(({ objects, shows }) => objects.length === 3 && shows === 'drift');
  expect(answer.says.join(' ')).toMatch(/suspended/);
  expect(asSluiceSays(answer)).toEqual(await asKubectlSays(first));
  const writers = answer.objects.flatMap(({ writers }) =>
    writers.map(({ manager, subresource }) => `${manager} ${subresource}`),
  );
  expect(writers.toSorted()).toEqual(['hand undefined', 'somebody scale']);
  const told = JSON.stringify(answer);
  expect(told).not.toContain('open-sesame');
  expect(told).not.toContain('t=other');
  expect(told).toContain('*** (another value)');
});

test('what a new commit would change is what kubectl says, and what is pruned comes besides', async () => {
  await push(second);
  const answer = await diffWhen(({ shows }) => shows === 'ahead');
  const said = await asKubectlSays({ ...first, ...second });
  expect([...said.keys()].toSorted()).toEqual([
    'ConfigMap/diffs/new',
    'ConfigMap/diffs/settings',
    'Deployment/diffs/web',
  ]);
  expect(asSluiceSays(answer)).toEqual(said);
  // It was deleted by hand before: there is nothing left to prune.
  expect(answer.counts).toEqual({ create: 1, update: 2, none: 2 });
  expect(answer.objects.find(({ kind }) => kind === 'Deployment')?.origin).toBe('both');
  expect(JSON.stringify(answer)).not.toContain('open-sesame');
});

test('what it says is what Flux then does', async () => {
  const edited = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
  await cluster.request(
    'PATCH',
    `${edited}?fieldManager=kubectl-edit`,
    { spec: { paused: true, minReadySeconds: 3 } },
    merge,
  );
  const settings = `/api/v1/namespaces/${namespace}/configmaps/settings`;
  await cluster.request('PATCH', `${settings}?fieldManager=somebody-else`, { data: { own: 'kept' } }, merge);
  await push({ 'base/service.yaml': first['base/service.yaml'].replace('port: 80', 'port: 81') });
  const predicted = await diffWhen(({ objects }) =>
    objects.some(({ kind, notes }) => kind === 'Deployment' && notes.join('').includes('kubectl')),
  );
  const unified = predicted.objects.find(({ kind }) => kind === 'Deployment')?.comparison?.unified ?? '';
  expect(unified).toMatch(/^- {2}minReadySeconds: 3$/m);
  expect(unified).toMatch(/^- {2}paused: true$/m);
  await suspend(false);
  await untilApplied();
  const deployed = await live(edited);
  expect(deployed.spec).not.toHaveProperty('paused');
  expect(deployed.spec).not.toHaveProperty('minReadySeconds');
  expect(deployed.spec).toMatchObject({ replicas: 2 });
  expect((await live(settings))['data']).toMatchObject({ own: 'kept', level: 'debug' });
  const after = await diffWhen(({ shows }) => shows === 'same');
  expect(after.counts).toEqual({ none: 5 });
});

test('what the source has no more is deleted, unless something keeps it', async () => {
  await suspend(true);
  await push({ 'base/kustomization.yaml': 'resources: [web.yaml, settings.yaml, login.yaml]\n' });
  const kept = { metadata: { annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } } };
  await cluster.request('PATCH', `/api/v1/namespaces/${namespace}/services/web`, kept, merge);
  const answer = await diffWhen(({ counts }) => counts['kept'] === 1);
  expect(answer.objects.map(({ change, kind, name }) => `${change} ${kind} ${name}`)).toEqual([
    'delete ConfigMap new',
    'kept Service web',
  ]);
  await suspend(false);
  await untilApplied();
  await expect(live(`/api/v1/namespaces/${namespace}/configmaps/new`)).rejects.toThrow(/404/);
  await live(`/api/v1/namespaces/${namespace}/services/web`);
});

test('a change that cannot be made is named, and stops Flux as it says', async () => {
  await push({ 'base/web.yaml': deployment.replaceAll('{app: web}', '{app: other}') });
  const answer = await diffWhen(({ counts }) => (counts['refused'] ?? 0) > 0);
  const refused = answer.objects.find(({ change }) => change === 'refused');
  expect(refused?.problem?.message).toMatch(/field is immutable/);
  expect(refused?.notes.join(' ')).toMatch(/force/);
  expect(answer.says.join(' ')).toMatch(/Flux will fail/);
  await cluster.request('PATCH', `${kustomizations}/shop`, { spec: { force: true, suspend: true } }, merge);
  const forced = await diffWhen(({ counts }) => counts['recreate'] === 1);
  expect(forced.objects[0]?.notes.join(' ')).toMatch(/deletes it and makes it again/);
});

test('who may look but not try is told so, and who may see nothing gets nothing', async () => {
  const viewer = await startSluice({
    kubeconfig: cluster.kubeconfig('viewer'),
    arguments: ['--kustomize', tools.kustomize],
  });
  try {
    await untilReady(viewer.url);
    const response = await fetch(`${viewer.url}/api/v1/flux/kustomizations/${namespace}/shop/diff`);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(response.status).toBe(403);
    expect(error.message).toMatch(/Secret diffs\/variables/);
    const spec = { postBuild: null };
    await cluster.request('PATCH', `${kustomizations}/shop`, { spec }, merge);
    const answer = await diffWhen(({ objects }) => objects.length > 0, viewer);
    const limited = answer.objects.find(({ kind }) => kind === 'Deployment');
    expect(limited?.problem).toMatchObject({ kind: 'limited', missing: [{ verb: 'patch', resource: 'deployments' }] });
    const secret = answer.objects.find(({ kind }) => kind === 'Secret');
    expect(secret).toMatchObject({ change: 'unknown', problem: { kind: 'forbidden' } });
  } finally {
    await viewer.stop();
  }
});

test('the page shows it in both views, without a script too, and writes nothing', async ({ page, browser, widths }) => {
  const address = `${sluice.url}/flux/kustomizations/${namespace}/shop/diff`;
  await page.goto(address);
  await untilLive(page);
  await expect(page.locator('#detail-diff .diff-standing')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('table', { name: /Deployment/ })).toHaveClass(/diff-split/);
  await page.getByRole('link', { name: 'Unified' }).click();
  await expect(page.getByRole('table', { name: /Deployment/ })).toHaveClass(/diff-unified/);
  await expectSound(page, widths);
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const bare = await plain.newPage();
  await bare.goto(`${address}?change=recreate`);
  await expect(bare.locator('#detail-diff')).toContainText('made anew');
  await plain.close();
  const reads = ['get', 'list', 'watch'];
  const others = sluiceRequests(cluster.auditLog, new Date(0)).filter(
    ({ userAgent, verb }) => userAgent === 'sluice' && !reads.includes(verb),
  );
  const writes = others.filter(({ requestURI }) => !/selfsubject/.test(requestURI));
  expect(writes.length).toBeGreaterThan(10);
  expect(writes.filter(({ requestURI }) => !requestURI.includes('dryRun=All'))).toEqual([]);
});
