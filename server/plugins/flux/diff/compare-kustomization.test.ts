import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSandboxApi, type SandboxApi } from '../../../../sandbox/api/server.ts';
import { rights } from '../../../../sandbox/company/rights.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import { connectCluster } from '../../../kube/connect.ts';
import { tokenCredentials } from '../../../kube/credentials.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { compareKustomization } from './compare-kustomization.ts';
import type { KustomizationDiff } from './diff.ts';
import { patchOf } from './object-comparison.ts';
import { handMadeBuild, type Manifest } from './testing/hand-made-build.ts';

const namespace = 'team-checkout';
const owned = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': namespace,
};

let api: SandboxApi;
const clusters = new Map<string, Cluster>();

beforeAll(async () => {
  api = await startSandboxApi({ users: ['viewer', 'tenant', 'nobody'].map((name) => ({ name, groups: [] })) });
  const home: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, uid: '', resourceVersion: '' },
  };
  api.load([home, ...rights()]);
  await as('admin');
});

afterAll(async () => {
  await Promise.all([...clusters.values()].map((cluster) => cluster.close()));
  await api.close();
});

/** The cluster as somebody sees it, once it knows what is served. */
async function as(who: string): Promise<Cluster> {
  const known = clusters.get(who);
  if (known !== undefined) return known;
  const cluster = connectCluster({
    name: who,
    credentials: tokenCredentials({ server: api.url, token: api.token(who) }),
    watches: [],
    logger: pino({ level: 'silent' }),
  });
  clusters.set(who, cluster);
  await vi.waitFor(() => {
    expect(cluster.reachable.ok && cluster.servedKind('apps', 'Deployment') !== undefined).toBe(true);
  }, 20_000);
  return cluster;
}

async function write(object: Manifest, path: string, manager = 'kustomize-controller'): Promise<void> {
  const cluster = await as('admin');
  await cluster.client.json({
    method: 'PATCH',
    path: `${path}/${object.metadata.name}`,
    query: { fieldManager: manager, force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: object,
  });
}

const core = (plural: string) => `/api/v1/namespaces/${namespace}/${plural}`;

function configMap(name: string, data: Record<string, string>, annotations?: Record<string, string>): Manifest {
  const metadata = { name, namespace, labels: owned, ...(annotations && { annotations }) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}

function deployment(name: string, app = name, image = 'example.com/web:1'): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: owned },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app } },
      template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'web', image }] } },
    },
  };
}

function kustomization(spec: object = {}, inventory: string[] = []): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'apps', namespace, uid: '1', resourceVersion: '1', generation: 1 },
    spec: { prune: true, ...spec },
    status: { inventory: { entries: inventory.map((id) => ({ id, v: 'v1' })) } },
  };
}

interface Options {
  who?: string;
  spec?: object;
  inventory?: string[];
  secrets?: string[];
  signal?: AbortSignal;
}

async function compare(manifests: readonly Manifest[], options: Options = {}): Promise<KustomizationDiff> {
  const { who = 'admin', spec, inventory, secrets = [], signal = AbortSignal.timeout(30_000) } = options;
  const cluster = await as(who);
  return compareKustomization({
    cluster,
    identity: cluster.self,
    kustomization: kustomization(spec, inventory),
    build: handMadeBuild(manifests, { secrets }),
    signal,
    now: new Date('2026-01-01T00:00:00Z'),
  });
}

const told = ({ objects }: KustomizationDiff) =>
  objects.map(({ change, reference: { kind, name } }) => `${change} ${kind} ${name}`);

test('tells what is made, changed, deleted, kept, left alone and the same, and writes nothing', async () => {
  await write(configMap('same', { a: '1' }), core('configmaps'));
  await write(configMap('other', { a: '1', b: '2' }), core('configmaps'));
  await write(configMap('gone', { a: '1' }), core('configmaps'));
  await write(configMap('kept', { a: '1' }, { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }), core('configmaps'));
  const cluster = await as('admin');
  const versions = async () => {
    const { items } = await cluster.client.json<{ items: KubeObject[] }>({ path: core('configmaps') });
    return items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]);
  };
  const before = await versions();
  const diff = await compare(
    [
      configMap('same', { a: '1' }),
      configMap('other', { a: '1', c: '3' }),
      configMap('new', { a: '1' }),
      configMap('alone', { a: '1' }, { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' }),
    ],
    { inventory: ['gone', 'kept', 'same', 'never'].map((name) => `${namespace}_${name}__ConfigMap`) },
  );
  expect(told(diff)).toEqual([
    'delete ConfigMap gone',
    'update ConfigMap other',
    'create ConfigMap new',
    'kept ConfigMap kept',
    'skipped ConfigMap alone',
    'none ConfigMap same',
  ]);
  expect(diff.counts).toEqual({ delete: 1, update: 1, create: 1, kept: 1, skipped: 1, none: 1 });
  expect(await versions()).toEqual(before);
  const patch = await patchOf(diff);
  expect(patch).toContain('--- a/team-checkout/ConfigMap/gone.yaml\n+++ /dev/null');
  expect(patch).toMatch(/^- {2}b: "2"$/m);
});

test('values of Secrets are hidden where they are and where they turn up, and their changes told', async () => {
  const secret = (password: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login', namespace, labels: owned },
    data: { password: Buffer.from(password).toString('base64') },
  });
  await write(secret('old-password'), core('secrets'));
  await write(configMap('uses', { url: 'https://x/?u=old-password' }), core('configmaps'));
  const diff = await compare([secret('new-password'), configMap('uses', { url: 'https://x/?u=new-password' })], {
    secrets: ['new-password', 'old-password'],
  });
  expect(told(diff)).toEqual(['update ConfigMap uses', 'update Secret login']);
  const all = JSON.stringify(diff);
  for (const value of ['old-password', 'new-password']) {
    expect(all).not.toContain(value);
    expect(all).not.toContain(Buffer.from(value).toString('base64'));
  }
  expect(all.match(/another value/g)).toHaveLength(2);
});

test('what cannot be changed is refused, or made anew by force', async () => {
  await write(deployment('fixed'), `/apis/apps/v1/namespaces/${namespace}/deployments`);
  const changed = deployment('fixed', 'other');
  const refused = await compare([changed]);
  expect(refused.objects[0]).toMatchObject({ change: 'refused', problem: { kind: 'refused' } });
  expect(refused.objects[0]?.problem?.message).toContain('field is immutable');
  const forced = await compare([changed], { spec: { force: true } });
  expect(forced.objects[0]).toMatchObject({ change: 'recreate', problem: undefined });
  expect(forced.objects[0]?.after?.metadata.name).toBe('fixed');
});

test('what needs what comes with the same source is told as not validated; what nobody brings is refused', async () => {
  const definition: Manifest = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Thing', plural: 'things', singular: 'thing', listKind: 'ThingList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
  const thing = (apiVersion: string): Manifest => ({ apiVersion, kind: 'Thing', metadata: { name: 'one', namespace } });
  const inNew: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'there', namespace: 'fresh' } };
  const nowhere: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lost', namespace: 'nowhere' } };
  const homeless: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'homeless' } };
  const fresh: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'fresh' } };
  const diff = await compare([
    thing('example.com/v1'),
    thing('example.org/v1'),
    inNew,
    nowhere,
    homeless,
    fresh,
    definition,
  ]);
  expect(told(diff).toSorted()).toEqual([
    'create ConfigMap there',
    'create CustomResourceDefinition things.example.com',
    'create Namespace fresh',
    'create Thing one',
    'refused ConfigMap homeless',
    'refused ConfigMap lost',
    'refused Thing one',
  ]);
  const notes = diff.objects.flatMap((object) => object.notes);
  expect(notes.filter((note) => note.includes('could not be tried'))).toHaveLength(2);
});

test('who may read but not try gets a comparison of fields, and who may not read gets the missing rights', async () => {
  await write(configMap('read', { a: '1', b: '2' }), core('configmaps'));
  await write({ ...configMap('hidden', {}), kind: 'Secret', data: {} }, core('secrets'));
  const manifests = [configMap('read', { a: '2' }), { ...configMap('hidden', {}), kind: 'Secret', data: {} }];
  const seen = await compare(manifests, { who: 'viewer' });
  const read = seen.objects.find(({ reference }) => reference.name === 'read');
  expect(read).toMatchObject({ change: 'update', problem: { kind: 'limited' }, after: { data: { a: '2' } } });
  expect(read?.after?.['data']).toEqual({ a: '2' });
  expect(read?.problem?.missing).toMatchObject([{ verb: 'patch', resource: 'configmaps' }]);
  const hidden = seen.objects.find(({ reference }) => reference.name === 'hidden');
  expect(hidden).toMatchObject({ change: 'unknown', problem: { kind: 'forbidden' } });
  const blind = await compare(manifests, { who: 'nobody' });
  expect(told(blind)).toEqual(['unknown ConfigMap read', 'unknown Secret hidden']);
});

test('what is encrypted is not decrypted, and only its keys are told', async () => {
  const encrypted: Manifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'sealed', namespace },
    data: { kept: 'ENC[AES256_GCM,data:x]', fresh: 'ENC[AES256_GCM,data:y]' },
    sops: { mac: 'ENC[AES256_GCM,data:z]' },
  };
  const created = await compare([encrypted]);
  expect(created.objects[0]).toMatchObject({ change: 'create' });
  expect(JSON.stringify(created)).not.toContain('ENC[');
  const { sops: _sops, ...plain } = encrypted;
  await write({ ...plain, data: { kept: 'eA==', old: 'eQ==' } }, core('secrets'));
  const compared = await compare([encrypted]);
  expect(compared.objects[0]).toMatchObject({ change: 'unknown', problem: undefined });
  expect(compared.objects[0]?.notes.join(' ')).toMatch(/These keys come: fresh\. These keys go: old\./);
});

test('of very many objects only so many are compared, and the rest is told', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({ ...configMap(`many-${index}`, {}), kind: 'Nothing' }));
  const diff = await compare(many);
  expect(diff.objects).toHaveLength(2_000);
  expect(diff.leftOut).toBe(8_000);
});

test('an object that the cluster does not store is not compared, and says so', async () => {
  const large = configMap('large', { text: 'line of text\n'.repeat(400_000) });
  const diff = await compare([large]);
  expect(diff.objects[0]).toMatchObject({
    change: 'unknown',
    problem: { message: expect.stringMatching(/larger than the cluster stores/) },
  });
});

test('it stops when it is told to', async () => {
  const many = Array.from({ length: 300 }, (_, index) => configMap(`late-${index}`, {}));
  const controller = new AbortController();
  const comparing = compare(many, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(comparing).rejects.toThrow('enough');
});

test('names the files of a patch so that none leads out of its folder', async () => {
  const after: KubeObject = { apiVersion: 'v1', kind: 'Shop', metadata: { name: 'x', uid: '', resourceVersion: '' } };
  const object = {
    reference: { group: '', kind: 'Shop', namespace: '..', name: '../../x\n+++ b/y' },
    apiVersion: 'v1',
    change: 'create' as const,
    before: undefined,
    after,
    origin: undefined,
    writers: [],
    notes: [],
    problem: undefined,
  };
  const diff = { revision: '', comparedAt: '', objects: [object], counts: {}, problems: [], leftOut: 0, builtWith: '' };
  expect(await patchOf(diff)).toContain('\n+++ b/_/Shop/__.._x_____b_y.yaml\n');
  expect((await patchOf(diff)).match(/^\+\+\+/gm)).toHaveLength(1);
});

test('a large object is compared beside everything else, with the same result', async () => {
  const lines = (last: string) => ({ text: `${'a line of text\n'.repeat(8_000)}password ${last}-open-sesame\n` });
  await write(configMap('long', lines('old')), core('configmaps'));
  const diff = await compare([configMap('long', lines('new'))], { secrets: ['old-open-sesame', 'new-open-sesame'] });
  const [long] = diff.objects;
  expect(long).toMatchObject({ change: 'update', origin: 'source', writers: [] });
  expect(JSON.stringify(long)).not.toContain('open-sesame');
  expect(await patchOf(diff)).toMatch(/^\+ +\(another value\)$/m);
});
