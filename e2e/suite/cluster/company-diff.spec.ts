import { groupOf } from '../../../server/kube/object.ts';
import type { KubeObject } from '../../../server/kube/object.ts';
import { collectionPath, resourceFinder } from '../../cluster/objects.ts';
import { startCluster, type TestCluster } from '../../cluster/index.ts';
import { RequestError } from '../../cluster/requests.ts';
import { seedWholeCompany } from '../../cluster/seed-company.ts';
import { sluiceRequests } from '../../support/audit-log.ts';
import { changedLines, differingLines } from '../../support/change-lines.ts';
import { fluxBuild, type FluxBuild } from '../../support/flux-build.ts';
import { kubectlDiff, type KubectlDiff } from '../../support/kubectl-diff.ts';
import { type SluiceProcess, startSluice, untilReady } from '../../support/sluice-process.ts';
import { expect, test, untilLive } from '../../support/test.ts';

/** Every Kustomization of the seeded company: what Sluice says would change, against `kustomize build | kubectl diff`. */
test.describe.configure({ mode: 'serial' });

const merge = 'application/merge-patch+json';

interface Compared {
  counts: Record<string, number>;
  problems: object[];
  leftOut: number;
  objects: {
    kind: string;
    namespace?: string;
    name: string;
    change: string;
    problem?: object;
    comparison?: { unified: string };
  }[];
}

interface Answer {
  data?: Compared;
  error?: { message: string };
}

let cluster: TestCluster;
let tools: KubectlDiff;
let sluice: SluiceProcess;
let kustomizations: KubeObject[];
/** By `namespace/name` of the Kustomization. */
let builds: Map<string, FluxBuild>;

const keyOf = ({ metadata: { namespace, name } }: KubeObject) => `${namespace}/${name}`;
const objectKey = ({ kind, namespace = '', name }: { kind: string; namespace?: string; name: string }) =>
  `${kind}/${namespace}/${name}`;
const isEncrypted = (object: KubeObject) => object['sops'] !== undefined;

test.beforeAll(async () => {
  test.setTimeout(900_000);
  tools = await kubectlDiff();
  cluster = await startCluster({
    name: `company-diff-${process.pid}`,
    only: ['kube-controller-manager', 'artifacts'],
  });
  await seedWholeCompany(cluster);
  const path = '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';
  kustomizations = (await cluster.request<{ items: KubeObject[] }>('GET', path)).items;
  builds = new Map();
  for (const each of kustomizations) builds.set(keyOf(each), await fluxBuild(cluster, tools, each));
  sluice = await newSluice();
});

test.afterAll(async () => {
  await sluice?.stop();
  tools?.end();
  await cluster?.stop();
});

async function newSluice(): Promise<SluiceProcess> {
  const started = await startSluice({
    kubeconfig: cluster.kubeconfig('admin'),
    arguments: ['--kustomize', tools.kustomize],
  });
  await untilReady(started.url);
  return started;
}

const pathOf = (key: string) => `/flux/kustomizations/${key}/diff`;

async function diffOf(key: string): Promise<Answer> {
  return (await (await fetch(`${sluice.url}/api/v1${pathOf(key)}`)).json()) as Answer;
}

/** Those that build, with what they build. */
function built(): [string, { objects: KubeObject[]; secrets: string[] }][] {
  return [...builds].flatMap(([key, build]) => ('objects' in build ? [[key, build]] : []));
}

/** Lines with a value in them that must not be told: that they are not is another test's question. */
const isTold = (line: string) => !line.includes('PAYMENT_KEY');

const told = (lines: string) => lines.split('\n').filter(isTold).join('\n');

/** What kubectl says of all that is built, by object, as the lines that differ; and what would be pruned, by the inventories. */
async function asKubectlSays(): Promise<Map<string, string>> {
  const objects = built().flatMap(([, build]) => build.objects.filter((object) => !isEncrypted(object)));
  expect(new Set(objects.map((object) => objectKey({ kind: object.kind, ...object.metadata }))).size).toBe(
    objects.length,
  );
  const changes = await tools.diff(cluster.kubeconfig('admin'), objects);
  const said = new Map<string, string>();
  for (const [key, { before, after }] of changes) {
    const lines = differingLines(before, after);
    if (lines !== '') said.set(`${before === undefined ? 'create' : 'update'} ${key}`, told(lines));
  }
  for (const object of await pruned()) {
    said.set(`delete ${objectKey({ kind: object.kind, ...object.metadata })}`, differingLines(object, undefined));
  }
  return said;
}

/** What inventories have, is there, and is built no more. */
async function pruned(): Promise<KubeObject[]> {
  const find = resourceFinder(cluster.request);
  const found: KubeObject[] = [];
  for (const [key, { objects }] of built()) {
    const kustomization = kustomizations.find((each) => keyOf(each) === key);
    const inventory = kustomization?.status?.['inventory'] as { entries: { id: string; v: string }[] } | undefined;
    const ids = objects.map(
      ({ apiVersion, kind, metadata: { namespace = '', name } }) =>
        `${namespace}_${name.replaceAll(':', '__')}_${groupOf(apiVersion)}_${kind}`,
    );
    for (const { id, v } of inventory?.entries ?? []) {
      if (ids.includes(id)) continue;
      const [, namespace = '', name = '', group = '', kind = ''] = /^(.*?)_(.*)_(.*?)_(.*?)$/.exec(id) ?? [];
      const apiVersion = group === '' ? v : `${group}/${v}`;
      const resource = await find({ apiVersion, kind, metadata: { name } });
      if (resource === undefined) throw new Error(`${id} is not served.`);
      const object = await cluster.request<KubeObject>('GET', `${collectionPath(resource, namespace)}/${name}`);
      found.push({ ...object, apiVersion, kind });
    }
  }
  return found;
}

/** What Sluice says of all that build, by object, in the same words. */
async function asSluiceSays(): Promise<Map<string, string>> {
  const said = new Map<string, string>();
  for (const [key, { objects }] of built()) {
    const { data, error } = await diffOf(key);
    if (data === undefined) throw new Error(`${key}: ${error?.message}`);
    expect(data.leftOut, key).toBe(0);
    const encrypted = objects.filter(isEncrypted).map(({ metadata }) => metadata.name);
    for (const object of data.objects) {
      if (encrypted.includes(object.name)) continue;
      expect(object.problem, `${key}: ${object.name}`).toBeUndefined();
      said.set(`${object.change} ${objectKey(object)}`, told(changedLines(object.comparison?.unified ?? '')));
    }
    const compared = Object.values(data.counts).reduce((sum, count) => sum + count, 0);
    expect(compared, key).toBe(objects.length + (data.counts['delete'] ?? 0));
  }
  return said;
}

/** Which version each object of the company has, by its uid. */
async function versions(): Promise<Map<string, string>> {
  const find = resourceFinder(cluster.request);
  const paths = new Set<string>();
  for (const { apiVersion, kind, metadata } of [...kustomizations, ...built().flatMap(([, { objects }]) => objects)]) {
    const resource = await find({ apiVersion, kind, metadata });
    if (resource !== undefined) paths.add(`${resource.prefix}/${resource.plural}`);
  }
  const lists = await Promise.all(
    [...paths].map(async (path) => (await cluster.request<{ items: KubeObject[] }>('GET', path)).items),
  );
  return new Map(lists.flat().map(({ metadata }) => [metadata.uid, metadata.resourceVersion]));
}

test('each is compared, or it is said truly why it is not', async () => {
  test.setTimeout(300_000);
  expect(kustomizations.length).toBeGreaterThan(40);
  const reasons: string[] = [];
  for (const [key, build] of builds) {
    const { data, error } = await diffOf(key);
    if ('objects' in build) {
      expect(error, key).toBeUndefined();
      expect(data?.problems, key).toEqual([]);
      continue;
    }
    expect(data, key).toBeUndefined();
    expect(error?.message, key).toContain(build.because);
    reasons.push(build.because);
  }
  expect(reasons.toSorted()).toEqual(
    [
      'GitRepository audit-trail offers no artifact',
      'GitRepository experiments offers no artifact',
      'OCIRepository subtitles offers no artifact',
      'flags.yaml',
      'has no folder /apps/spelling',
      'no GitRepository tenants/oak',
      'service.yaml',
    ].toSorted(),
  );
});

test('what would change is what kubectl says, object by object, and what is pruned', async () => {
  test.setTimeout(300_000);
  const before = await versions();
  const said = await asKubectlSays();
  expect(await asSluiceSays()).toEqual(said);
  const kinds = [...said.keys()].map((key) => key.split(' ')[0]);
  expect(new Set(kinds)).toEqual(new Set(['create', 'delete', 'update']));
  expect([...said.keys()]).toContain('delete ConfigMap/team-payments/payouts-calendar');
  expect(await versions()).toEqual(before);
});

test('the same when people have changed the cluster at every Kustomization, also what variables stand in', async () => {
  test.setTimeout(300_000);
  await changeByHand();
  // A comparison is kept for a minute: another process has none.
  await sluice.stop();
  sluice = await newSluice();
  const before = await versions();
  const said = await asKubectlSays();
  expect(said.size).toBeGreaterThan(60);
  expect(said.get('update ConfigMap/team-checkout/checkout-api-endpoints')).toContain(
    '+  STOREFRONT: https://shop.example.com',
  );
  expect(await asSluiceSays()).toEqual(said);
  expect(await versions()).toEqual(before);
});

/** What somebody makes of an object; nothing of kinds that are left as they are. */
function changeOf(object: KubeObject): object | undefined {
  const { kind } = object;
  if (kind === 'Deployment') return { spec: { replicas: 9, paused: true } };
  if (kind === 'HelmRelease' || kind === 'Kustomization') return { spec: { interval: '7m7s' } };
  if (kind !== 'ConfigMap') return undefined;
  const keys = Object.keys(object['data'] as object);
  return { data: { own: 'kept', ...Object.fromEntries(keys.map((key) => [key, `another ${key}`])) } };
}

/** At each Kustomization: the first object of each kind is changed, the first Service deleted, where they are there. */
async function changeByHand(): Promise<void> {
  const find = resourceFinder(cluster.request);
  for (const [, { objects }] of built()) {
    const seen = new Set<string>();
    for (const object of objects) {
      const { kind, metadata } = object;
      if (seen.has(kind)) continue;
      seen.add(kind);
      const resource = await find(object);
      if (resource === undefined) throw new Error(`${kind} is not served.`);
      const path = `${collectionPath(resource, metadata.namespace)}/${metadata.name}`;
      if (kind === 'Service') await ifThere(cluster.request('DELETE', path));
      const change = changeOf(object);
      if (change !== undefined) await ifThere(cluster.request('PATCH', `${path}?fieldManager=somebody`, change, merge));
    }
  }
}

async function ifThere(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 404) throw error;
  }
}

test('no value of a Secret, and none that is encrypted, is told anywhere', async ({ page }) => {
  const sensitive = built().filter(([, { objects, secrets }]) => secrets.length > 0 || objects.some(isEncrypted));
  expect(sensitive.map(([key]) => key).toSorted()).toEqual(['team-checkout/checkout-api', 'team-payments/receipts']);
  for (const [key, { objects, secrets }] of sensitive) {
    const path = pathOf(key);
    await page.goto(sluice.url + path);
    await untilLive(page);
    await expect(page.locator('#detail-diff .diff-standing')).toBeVisible();
    const answers = await Promise.all(
      [path, `${path}?view=unified`, `/api/v1${path}`, `${path}/patch`].map(async (each) =>
        (await fetch(sluice.url + each)).text(),
      ),
    );
    for (const text of [await page.content(), ...answers]) {
      expect(text, key).toContain('***');
      const values = ['ENC[', 'AES256_GCM', 'another PAYMENT_KEY', ...secrets];
      expect(
        values.filter((value) => text.includes(value)),
        key,
      ).toEqual([]);
    }
    const { data } = await diffOf(key);
    for (const { metadata } of objects.filter(isEncrypted)) {
      expect(data?.objects.find(({ name }) => name === metadata.name)).toMatchObject({ change: 'create' });
    }
  }
});

test('nothing was ever written', () => {
  const reads = ['get', 'list', 'watch'];
  const others = sluiceRequests(cluster.auditLog, new Date(0)).filter(
    ({ userAgent, verb, requestURI }) =>
      userAgent === 'sluice' && !reads.includes(verb) && !requestURI.includes('selfsubject'),
  );
  expect(others.length).toBeGreaterThan(200);
  expect(others.filter(({ requestURI }) => !requestURI.includes('dryRun=All'))).toEqual([]);
});
