import { randomBytes } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { pino } from 'pino';
import { resolveBinary } from '../../cluster/build.ts';
import { startCluster, type TestCluster } from '../../cluster/index.ts';
import { waitFor } from '../../cluster/wait.ts';
import { appliedBeyond, appliedFields, unlike } from '../../support/field-ownership.ts';
import type { Cluster } from '../../../server/kube/cluster.ts';
import { connectCluster } from '../../../server/kube/connect.ts';
import { kubeconfigCredentials } from '../../../server/kube/credentials.ts';
import type { Identity } from '../../../server/kube/identity.ts';
import { groupOf, resourcePath, type KubeObject } from '../../../server/kube/object.ts';
import { buildKustomization } from '../../../server/plugins/flux/build/build-kustomization.ts';
import type { BuildResult } from '../../../server/plugins/flux/build/build-result.ts';
import { normalised } from '../../../server/plugins/flux/diff/normalise.ts';
import { fluxWatches } from '../../../server/plugins/flux/watches.ts';
import type { Tools } from '../../../server/tools/tools.ts';

/** What Sluice builds, against what the real kustomize-controller has applied. */
test.describe.configure({ mode: 'serial' });

const namespace = 'builds';
const kustomizations = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`;
const repositories = `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories`;

const deployment = (name: string, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels: {app: ${name}, on: "yes"}
spec:
  replicas: 1
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
      - name: web
        image: example.com/web:1
        args: ["--port=8080", "--mode=\${mode}"]
        ports: [{containerPort: 8080, protocol: TCP}]
        resources: {requests: {cpu: 50m, memory: 64Mi}}
${more}`;
const configMap = (name: string, data: string, metadata = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${metadata}data:\n${data}`;

const texts = [
  ['plain', '${region}'],
  ['within', 'https://${host}/${path:=index}?r=${region}'],
  ['fallback', '${nobody:-none}'],
  ['nested', '${nobody:=${region}-${zone:=a}}'],
  ['escaped', '$${region} and $region and $$ alone'],
  ['upper', '${region^^} ${region^} ${#region}'],
  ['cut', '${file##*/} ${file%.*} ${file:0:3} ${region/n/N}'],
  ['hidden', 'token=${token}; pin ${pin}'],
  ['block', '|\n    first ${region}\n    second: ${token}'],
  ['tail', '"${region}: with a colon"'],
] as const;

interface Folder {
  files: Record<string, string>;
  path: string;
  spec?: Record<string, unknown>;
}

const folders: Record<string, Folder> = {
  plain: {
    path: './plain',
    files: {
      'plain/web.yaml': deployment('plain-web').replace('--mode=${mode}', '--mode=a'),
      'plain/words.yaml': configMap(
        'plain-words',
        '  a: "yes"\n  b: "010"\n  c: 2020-01-01\n  d: |\n    two\n     lines\n',
      ),
      'plain/nested/deep/list.yml':
        'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ServiceAccount, metadata: {name: plain-one}}\n- {apiVersion: v1, kind: ServiceAccount, metadata: {name: plain-two}}\n',
      'plain/login.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: plain-login}\nstringData: {user: web, password: sesame-open}\n',
      'plain/notes.txt': 'not a manifest',
      'plain/own/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: own-\n',
      'plain/own/a.yaml': configMap('plain-a', '  x: y\n'),
      'plain/own/ignored.yaml': configMap('ignored', '  x: y\n'),
    },
    spec: { targetNamespace: namespace },
  },
  overlay: {
    path: './overlay',
    files: {
      'overlay-base/kustomization.yaml':
        'resources: [web.yaml, role.yaml]\nconfigMapGenerator:\n- name: generated\n  literals: [a=b]\n  files: [shared.txt]\n',
      'overlay-base/web.yaml': deployment('overlay').replace('--mode=${mode}', '--mode=a'),
      'overlay-base/shared.txt': 'shared\n',
      'overlay-base/role.yaml':
        'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: overlay}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: overlay}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: overlay}\nsubjects: [{kind: ServiceAccount, name: default, namespace: x}]\n',
      'overlay-parts/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - {op: add, path: /metadata/annotations, value: {component: used}}\n',
      'overlay/kustomization.yaml':
        'resources: [../overlay-base]\nimages:\n- {name: example.com/web, newTag: "7"}\npatches:\n- path: replicas.yaml\nsecretGenerator:\n- name: made\n  literals: [key=generated-value]\nreplacements:\n- source: {kind: ConfigMap, name: generated, fieldPath: data.a}\n  targets: [{select: {kind: Deployment}, fieldPaths: [metadata.labels.app]}]\n',
      'overlay/replicas.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: overlay}\nspec: {replicas: 3}\n',
    },
    spec: {
      targetNamespace: namespace,
      namePrefix: 'pre-',
      nameSuffix: '-post',
      components: ['../overlay-parts', '../not-there'],
      ignoreMissingComponents: true,
      images: [{ name: 'example.com/web', newName: 'mirror.example.com/web' }],
      patches: [
        {
          patch: '- op: add\n  path: /spec/minReadySeconds\n  value: 5\n',
          target: { kind: 'Deployment', labelSelector: 'on=yes' },
        },
      ],
      commonMetadata: { labels: { team: 'builds' }, annotations: { 'example.com/by': 'flux' } },
    },
  },
  outside: {
    path: './outside/app',
    files: {
      'outside/shared.yaml': configMap('outside-shared', '  x: y\n'),
      'outside/file.txt': 'from outside\n',
      'outside/app/kustomization.yaml':
        'resources: [../shared.yaml]\nconfigMapGenerator:\n- name: outside-made\n  files: [../file.txt]\n',
    },
    spec: { targetNamespace: namespace },
  },
  variables: {
    path: './variables',
    files: {
      'variables/web.yaml': deployment('variables-web').replace('replicas: 1', 'replicas: ${replicas}'),
      'variables/texts.yaml': configMap('variables-texts', texts.map(([key, text]) => `  ${key}: ${text}\n`).join('')),
      'variables/off.yaml': configMap(
        'variables-off',
        '  a: ${region}\n',
        '  annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}\n',
      ),
      'variables/login.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: variables-login}\nstringData: {password: "${token}"}\n',
      'variables/account.yaml':
        'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: "${region}-account"}\nautomountServiceAccountToken: ${mount}\n',
    },
    spec: {
      targetNamespace: namespace,
      postBuild: {
        substituteFrom: [
          { kind: 'ConfigMap', name: 'variables' },
          { kind: 'Secret', name: 'variables' },
          { kind: 'ConfigMap', name: 'overriding' },
          { kind: 'Secret', name: 'absent', optional: true },
        ],
        substitute: { mode: 'fast', host: 'inline.example.com' },
      },
    },
  },
  ways: {
    path: './ways',
    files: {
      'ways/if-absent.yaml': configMap(
        'ways-if-absent',
        '  a: b\n',
        '  annotations: {kustomize.toolkit.fluxcd.io/ssa: IfNotPresent}\n',
      ),
      'ways/forced.yaml': configMap(
        'ways-forced',
        '  a: b\n',
        '  annotations: {kustomize.toolkit.fluxcd.io/force: enabled, kustomize.toolkit.fluxcd.io/prune: disabled}\n',
      ),
    },
    spec: { targetNamespace: namespace, force: true, postBuild: { substituteStrategy: 'Always' } },
  },
};

const unset: Folder = {
  path: './unset',
  files: { 'unset/a.yaml': configMap('unset', '  a: <${nobody}>\n  b: ${nobody:=c}\n') },
  spec: { targetNamespace: namespace, postBuild: { substitute: { region: 'x' } } },
};

const failing: Record<string, Folder & { says: RegExp }> = {
  'no-source': {
    ...(folders['ways'] as Folder),
    spec: { postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'nowhere' }] } },
    says: /There is no ConfigMap builds\/nowhere/,
  },
  'no-folder': { path: './nowhere', files: {}, says: /no folder \/nowhere/ },
  'wrong-name': {
    ...(folders['ways'] as Folder),
    spec: { postBuild: { substitute: { 'a-b': 'c' } } },
    says: /“a-b” has a name that Flux refuses/,
  },
  'no-file': {
    path: './no-file',
    files: { 'no-file/kustomization.yaml': 'resources: [gone.yaml]\n' },
    says: /which the artifact does not have/,
  },
  'this-machine': {
    path: './this-machine',
    files: { 'this-machine/kustomization.yaml': 'configMapGenerator:\n- name: x\n  files: [/etc/hostname]\n' },
    says: /lies outside of the artifact/,
  },
  'bad-text': {
    path: './bad-text',
    files: { 'bad-text/a.yaml': configMap('bad', '  a: "${region"\n') },
    spec: { postBuild: { substitute: { region: 'x' } } },
    says: /ConfigMap bad cannot be built: variable substitution failed/,
  },
};

let cluster: TestCluster;
let seen: Cluster;
let tools: Tools;
const admin: Identity = { name: 'admin', groups: [] };

test.beforeAll(async () => {
  test.setTimeout(900_000);
  const kustomize = await resolveBinary('kustomize', (line) => console.log(line));
  if (kustomize === undefined) throw new Error('There is no kustomize.');
  tools = { find: async (name) => (name === 'kustomize' ? kustomize : undefined) };
  cluster = await startCluster({
    name: `build-${process.pid}`,
    only: ['source-controller', 'kustomize-controller', 'git'],
  });
  const url = await cluster.git.createRepository('builds');
  const all = { ...folders, ...failing, unset };
  await cluster.git.commit('builds', Object.assign({}, ...Object.values(all).map(({ files }) => files)));
  const create = (path: string, body: object) => cluster.request('POST', path, body);
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const source = (kind: string, name: string, data: object) =>
    create(`/api/v1/namespaces/${namespace}/${kind.toLowerCase()}s`, {
      apiVersion: 'v1',
      kind,
      metadata: { name },
      [kind === 'Secret' ? 'stringData' : 'data']: data,
    });
  await source('ConfigMap', 'variables', {
    region: 'south',
    host: 'host.example.com',
    replicas: '2',
    file: 'lib/web.tar.gz',
    mount: 'no',
  });
  await source('Secret', 'variables', { token: 'open-\nsesame', pin: '4711', region: 'secret-region' });
  await source('ConfigMap', 'overriding', { region: 'north' });
  await create(repositories, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'builds' },
    spec: { url, interval: '1h', ref: { branch: 'main' } },
  });
  for (const [name, { path, spec }] of Object.entries(all)) await createKustomization(name, path, spec);
  seen = connectCluster({
    name: 'build',
    credentials: kubeconfigCredentials({ files: [cluster.kubeconfig('admin')] }),
    watches: fluxWatches,
    logger: pino({ level: 'silent' }),
  });
});

test.afterAll(async () => {
  await seen.close();
  await cluster.stop();
});

function createKustomization(name: string, path: string, spec: object = {}, source = 'builds'): Promise<unknown> {
  return cluster.request('POST', kustomizations, {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name },
    spec: { interval: '1h', path, prune: true, sourceRef: { kind: 'GitRepository', name: source }, ...spec },
  });
}

interface Settled extends KubeObject {
  status: {
    conditions?: { type: string; status: string; reason: string; message: string }[];
    inventory?: { entries: { id: string }[] };
  };
}

/** The Kustomization when its controller has made up its mind. */
async function settled(name: string): Promise<Settled> {
  let found: Settled | undefined;
  await waitFor(
    `Kustomization ${name}`,
    async () => {
      found = await cluster.request<Settled>('GET', `${kustomizations}/${name}`);
      const ready = found.status.conditions?.find(({ type }) => type === 'Ready');
      // Conditions are written before the rest of the status.
      if (ready?.status === 'True') return found.status.inventory !== undefined;
      if (ready?.status !== 'False') return false;
      return ready.reason !== 'ArtifactFailed' || ready.message.includes('path not found');
    },
    { seconds: 90 },
  );
  if (found === undefined) throw new Error(`There is no Kustomization ${name}.`);
  return found;
}

async function build(name: string, identity = admin, by = tools): Promise<BuildResult> {
  const object = await settled(name);
  await waitFor('the watch', async () => seen.ready().ok, { seconds: 60 });
  return buildKustomization({ cluster: seen, identity, tools: by }, object);
}

async function live({ apiVersion, kind, metadata: { namespace: where, name } }: KubeObject): Promise<KubeObject> {
  const served = seen.servedKind(groupOf(apiVersion), kind);
  if (served === undefined) throw new Error(`${kind} is not served.`);
  return cluster.request<KubeObject>('GET', resourcePath(served, where, name));
}

for (const name of Object.keys(folders)) {
  test(`${name}: what is built is what Flux has applied`, async () => {
    const { status } = await settled(name);
    expect(status.conditions?.find(({ type }) => type === 'Ready')?.message).toMatch(/^Applied revision/);
    const { objects, builtWith } = await build(name);
    expect(builtWith.program).toBe('kustomize');
    const ids = objects.map(
      ({ apiVersion, kind, metadata }) => `${metadata.namespace ?? ''}_${metadata.name}_${groupOf(apiVersion)}_${kind}`,
    );
    expect(ids.toSorted()).toEqual(status.inventory?.entries.map(({ id }) => id).toSorted());
    for (const object of objects) {
      const built = normalised(object);
      const there = await live(built);
      expect(unlike(built, there), `${built.kind} ${built.metadata.name} in the cluster`).toEqual([]);
      const applied = appliedFields(there, 'kustomize-controller');
      expect(appliedBeyond(applied, built, there), `${built.kind} ${built.metadata.name} as applied`).toEqual([]);
    }
  });
}

test('variables are told with their values and where they come from', async () => {
  const { substitutions, objects, shown } = await build('variables');
  const told = Object.fromEntries(
    substitutions.map(({ name, value, masked, from }) => [name, [value, masked, from.kind]]),
  );
  expect(told).toMatchObject({
    region: ['north', false, 'ConfigMap'],
    host: ['inline.example.com', false, 'inline'],
    token: [undefined, true, 'Secret'],
    zone: ['a', false, 'default'],
    replicas: ['2', false, 'ConfigMap'],
  });
  expect(substitutions.find(({ name }) => name === 'region')?.overruled.map(({ kind }) => kind)).toEqual([
    'ConfigMap',
    'Secret',
  ]);
  expect(JSON.stringify(objects)).toContain('open-sesame');
  const readable = await Promise.all(objects.map((object) => shown(object)));
  expect(JSON.stringify(readable)).not.toMatch(/open-sesame|4711/);
});

test('a variable that nobody sets fails Flux, and is told', async () => {
  const { conditions } = (await settled('unset')).status;
  expect(conditions?.find(({ type }) => type === 'Ready')?.message).toContain(
    'variable not set (strict mode): "nobody"',
  );
  const { problems, objects } = await build('unset');
  expect(problems[0]?.message).toMatch(/^No value is set for nobody\. From Flux 2\.9 on that fails the build/);
  expect(objects[0]?.['data']).toEqual({ a: '<>', b: 'c' });
});

for (const [name, { says }] of Object.entries(failing)) {
  test(`${name}: Flux fails, and Sluice says why`, async () => {
    const { status } = await settled(name);
    expect(status.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'False' });
    await expect(build(name)).rejects.toThrow(says);
  });
}

test('who may not read a Secret that variables come from hears which right is missing', async () => {
  const viewer: Identity = { name: 'viewer', groups: [], impersonate: { user: 'viewer', groups: [] } };
  await expect(build('variables', viewer)).rejects.toMatchObject({
    kind: 'forbidden',
    missing: [{ verb: 'get', resource: 'secrets', namespace, name: 'variables' }],
  });
});

test('without kustomize plain folders are built the same, and others say what is missing', async () => {
  const nothing: Tools = { find: async () => undefined };
  await expect(build('ways', admin, nothing)).rejects.toThrow('takes kustomize');
  await createKustomization('alone', './ways', {});
  const [alone, real] = [await build('alone', admin, nothing), await build('alone')];
  expect(alone.builtWith).toEqual({ program: 'plain' });
  expect(alone.objects).toEqual(real.objects);
});

test('an artifact of 20 MB is built', async () => {
  test.setTimeout(180_000);
  const url = await cluster.git.createRepository('large');
  const ballast = Object.fromEntries(
    Array.from({ length: 7 }, (_, index) => [`ballast/${index}.txt`, randomBytes(3 * 1024 * 1024).toString('base64')]),
  );
  await cluster.git.commit('large', { ...ballast, 'deploy/a.yaml': configMap('large', '  a: b\n') });
  await cluster.request('POST', repositories, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'large' },
    spec: { url, interval: '1h', ref: { branch: 'main' } },
  });
  await createKustomization('large', './deploy', { targetNamespace: namespace }, 'large');
  await settled('large');
  const source = await cluster.request<{ status: { artifact: { size: number } } }>('GET', `${repositories}/large`);
  expect(source.status.artifact.size).toBeGreaterThan(20 * 1024 * 1024);
  expect((await build('large')).objects.map(({ metadata }) => metadata.name)).toEqual(['large']);
});
