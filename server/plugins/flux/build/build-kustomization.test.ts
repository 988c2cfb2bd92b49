import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { KubeRequest } from '../../../kube/cluster.ts';
import { errorOfStatus } from '../../../kube/kube-error.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { ruleOfRequest } from '../../../kube/request-rule.ts';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { PartialObject } from '../../../testing/fake-cluster.ts';
import type { Tools } from '../../../tools/tools.ts';
import { fluxWatches } from '../watches.ts';
import { buildKustomization } from './build-kustomization.ts';
import { artifactOf } from './testing/artifact-of.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  // Whatever happened, nothing of the artifact stays.
  expect(readdirSync(folder).filter((name) => name.startsWith('sluice-build-'))).toEqual([]);
  rmSync(folder, { recursive: true });
});

const without: Tools = { find: async () => undefined };
const identity = { name: 'ada', groups: [] };
const url = 'http://source-controller.flux-system.svc.cluster.local./gitrepository/flux-system/apps/abc.tar.gz';
const proxied =
  '/api/v1/namespaces/flux-system/services/http:source-controller:80/proxy/gitrepository/flux-system/apps/abc.tar.gz';

interface World {
  files: Record<string, string>;
  spec?: Record<string, unknown>;
  /** By `secrets/name` and `configmaps/name`; `forbidden` is refused. */
  sources?: Record<string, Record<string, string> | 'forbidden'>;
  artifact?: Record<string, unknown>;
  answer?: (request: KubeRequest) => unknown;
  tools?: Tools;
}

async function build({ files, spec = {}, sources = {}, artifact, answer, tools = without }: World) {
  const { archive, digest } = await artifactOf(files);
  const source: PartialObject = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'apps', namespace: 'flux-system' },
    status: { artifact: { url, digest, revision: 'main@sha1:abc', ...artifact } },
  };
  const cluster = fakeCluster({ watches: fluxWatches, objects: [source] });
  cluster.answer((request) => {
    if (request.path === proxied) return archive;
    const [, kind = '', name = ''] = /\/namespaces\/flux-system\/(secrets|configmaps)\/(.*)$/.exec(request.path) ?? [];
    const data = sources[`${kind}/${name}`];
    if (data === undefined) return undefined;
    if (data === 'forbidden') throw errorOfStatus(403, {}, { server: 'x', rule: ruleOfRequest(request) });
    const coded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
    return { data: kind === 'secrets' ? Object.fromEntries(coded) : data };
  });
  if (answer !== undefined) cluster.answer(answer);
  const kustomization = cluster.set({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'shop', namespace: 'flux-system' },
    spec: { sourceRef: { kind: 'GitRepository', name: 'apps' }, path: './deploy', ...spec },
  });
  return { cluster, result: await buildKustomization({ cluster, identity, tools }, kustomization) };
}

function settings(data: string, name = 'settings', more = ''): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}data:\n${data}`;
}

test('gathers the YAML files below the path and labels what it finds as Flux does', async () => {
  const { result } = await build({
    files: {
      'other/x.yaml': settings('  a: b\n', 'elsewhere'),
      'deploy/README.md': 'not a manifest',
      'deploy/b.yml': settings('  a: "yes"\n  b: yes\n', 'two', '  annotations: {mine: kept}\n'),
      'deploy/a/list.yaml':
        'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: n}}\n',
    },
    spec: { commonMetadata: { labels: { team: 'shop' }, annotations: { by: 'flux' } } },
  });
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'shop',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    team: 'shop',
  };
  expect(result).toMatchObject({
    revision: 'main@sha1:abc',
    builtWith: { program: 'plain' },
    problems: [],
    encrypted: [],
  });
  expect(result.objects).toEqual([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', labels, annotations: { by: 'flux' } } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'two', labels, annotations: { mine: 'kept', by: 'flux' } },
      data: { a: 'yes', b: 'yes' },
    },
  ]);
});

test('a path that leads out of the artifact ends at its top, as in Flux; one that is not there is named', async () => {
  const { result } = await build({ files: { 'a.yaml': settings('  a: b\n') }, spec: { path: '../../..' } });
  expect(result.objects).toHaveLength(1);
  await expect(build({ files: { 'a.yaml': settings('  a: b\n') }, spec: { path: './nope' } })).rejects.toMatchObject({
    kind: 'failed',
    message: 'The source has no folder /nope, which spec.path names.',
  });
});

const substituting = {
  files: {
    'deploy/a.yaml': settings(
      '  region: ${region}\n  replicas: "${replicas}"\n  quoted: "id: ${region}"\n  url: https://${user}:${password}@db/${name:=shop}\n' +
        '  plain: $region $$x\n  unset: "<${nobody}>"\n  list: ${hosts}\n  length: ${#password}\n',
    ),
    'deploy/off.yaml': settings(
      '  x: ${region}\n',
      'off',
      '  labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}\n',
    ),
    'deploy/secret.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  key: ${password}\n  other: committed-by-mistake\n',
    'deploy/web.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n' +
      '      - name: web\n        args: ["--pin=${pin}", "--region=${region}", --with=committed-by-mistake]\n',
  },
  spec: {
    postBuild: {
      substituteFrom: [
        { kind: 'ConfigMap', name: 'cluster' },
        { kind: 'Secret', name: 'db' },
        { kind: 'ConfigMap', name: 'absent', optional: true },
      ],
      substitute: { region: 'eu-1', unused: 'u' },
    },
  },
  sources: {
    'configmaps/cluster': { region: 'us-9', replicas: '3', user: 'shop', hosts: '[a, b]' },
    'secrets/db': { password: 'hunter\n22', pin: '4711' },
  },
};

test('puts variables in as Flux does and tells where each comes from', async () => {
  const { result, cluster } = await build(substituting);
  expect(result.objects[0]?.['data']).toEqual({
    region: 'eu-1',
    replicas: 3,
    quoted: 'id: eu-1',
    url: 'https://shop:hunter22@db/shop',
    plain: '$region $x',
    unset: '<>',
    list: ['a', 'b'],
    length: 8,
  });
  expect(result.objects[1]?.['data']).toEqual({ x: '${region}' });
  const cm = { kind: 'ConfigMap', name: 'cluster', namespace: 'flux-system' };
  const secret = { kind: 'Secret', name: 'db', namespace: 'flux-system' };
  expect(result.substitutions).toEqual([
    { name: 'hosts', value: '[a, b]', masked: false, from: cm, overruled: [], used: true },
    { name: 'name', value: 'shop', masked: false, from: { kind: 'default' }, overruled: [], used: true },
    { name: 'nobody', masked: false, from: { kind: 'nothing' }, overruled: [], used: true },
    { name: 'password', masked: true, from: secret, overruled: [], used: true },
    { name: 'pin', masked: true, from: secret, overruled: [], used: true },
    { name: 'region', value: 'eu-1', masked: false, from: { kind: 'inline' }, overruled: [cm], used: true },
    { name: 'replicas', value: '3', masked: false, from: cm, overruled: [], used: true },
    { name: 'unused', value: 'u', masked: false, from: { kind: 'inline' }, overruled: [], used: false },
    { name: 'user', value: 'shop', masked: false, from: cm, overruled: [], used: true },
  ]);
  expect(result.problems.map(({ message }) => message.split('.')[0])).toEqual(['No value is set for nobody']);
  expect(cluster.requests.every((request) => request.as === identity)).toBe(true);
});

test('never shows what came from a Secret, in the build or where the live object has it', async () => {
  const { result } = await build(substituting);
  const [data, , secret, web] = await Promise.all(result.objects.map((object) => result.shown(object)));
  expect(data?.['data']).toMatchObject({ region: 'eu-1', url: '***', length: '***' });
  expect(secret?.['stringData']).toEqual({ key: '***', other: '***' });
  const args = { spec: { template: { spec: { containers: [{ name: 'web', args: ['***', '***', '***'] }] } } } };
  expect(web).toMatchObject(args);
  const [, , , built] = result.objects;
  if (built === undefined) throw new Error('The build has no Deployment.');
  const live = structuredClone(built);
  live.spec = { template: { spec: { containers: [{ name: 'added' }, { name: 'web', args: ['--pin=0815'] }] } } };
  expect(JSON.stringify(await result.shown(live))).not.toContain('0815');
  expect(result.hidden(live).fields).toEqual([['spec', 'template', 'spec', 'containers', '*', 'args', '*']]);
  expect(result.shownText(`invalid value "hunter22", ${Buffer.from('hunter22').toString('base64')}`)).toBe(
    'invalid value "***", ***',
  );
  expect(
    JSON.stringify(await Promise.all(result.objects.map((object) => result.shown(object)))) +
      JSON.stringify(result.substitutions),
  ).not.toMatch(/hunter22|4711|committed/);
});

test('hides what came from a Secret in lists that substitution makes too', async () => {
  const { result } = await build({
    ...substituting,
    files: {
      'deploy/a.yaml': `apiVersion: v1\nkind: \${kind}\nmetadata: {name: l}\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: "\${pin}", b: "\${region}"}}\n`,
    },
    spec: { postBuild: { ...substituting.spec.postBuild, substitute: { kind: 'List', region: 'eu-1' } } },
  });
  const shown = await Promise.all(result.objects.map((object) => result.shown(object)));
  expect(shown.map(({ data }) => data)).toEqual([{ a: '***', b: 'eu-1' }]);
});

test('names the right that is missing for a source of variables, and the source that is not there', async () => {
  const sources = { ...substituting.sources, 'secrets/db': 'forbidden' as const };
  await expect(build({ ...substituting, sources })).rejects.toMatchObject({
    kind: 'forbidden',
    message: 'You may not read Secret flux-system/db, which variables come from.',
    missing: [{ verb: 'get', group: '', resource: 'secrets', namespace: 'flux-system', name: 'db' }],
  });
  const { 'configmaps/cluster': _cluster, ...rest } = substituting.sources;
  await expect(build({ ...substituting, sources: rest })).rejects.toThrow('There is no ConfigMap flux-system/cluster');
});

test('without any variable nothing is put in, unless the strategy says always', async () => {
  const files = { 'deploy/a.yaml': settings('  a: ${x:=y} $$\n') };
  const { result } = await build({ files, spec: { postBuild: {} } });
  expect(result.objects[0]?.['data']).toEqual({ a: '${x:=y} $$' });
  const always = await build({ files, spec: { postBuild: { substituteStrategy: 'Always' } } });
  expect(always.result.objects[0]?.['data']).toEqual({ a: 'y $' });
});

test('what substitution breaks is told without the value', async () => {
  const files = { 'deploy/a.yaml': settings('  a: ${pin}\n') };
  const spec = { postBuild: { substituteFrom: [{ kind: 'Secret', name: 'db' }] } };
  const broken = build({ files, spec, sources: { 'secrets/db': { pin: 'a: b: c' } } });
  await expect(broken).rejects.toThrow(/^ConfigMap settings cannot be built: This is no valid YAML: .* in line \d+\.$/);
  const named = build({ files, spec, sources: { 'secrets/db': { 'tls.crt': 'x' } } });
  await expect(named).rejects.toThrow('“tls.crt” has a name that Flux refuses');
});

test('recognises what is encrypted and shows nothing of it', async () => {
  const encrypted =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: enc}\ndata:\n  open: seen\n  token: ENC[AES256_GCM,data:abcd,iv:x,tag:y,type:str]\n' +
    'sops:\n  mac: ENC[AES256_GCM,data:ef]\n';
  const { result } = await build({
    files: { 'deploy/a.yaml': encrypted },
    spec: { decryption: { provider: 'sops', secretRef: { name: 'age' } } },
  });
  expect(result.encrypted).toEqual([{ group: '', kind: 'ConfigMap', namespace: undefined, name: 'enc' }]);
  expect(result.problems).toEqual([]);
  const [object] = result.objects;
  if (object === undefined) throw new Error('Nothing was built.');
  const live = { ...object, data: { open: 'seen', token: 'plain-in-the-cluster' } };
  expect((await result.shown(live))['data']).toEqual({ open: 'seen', token: '***' });
  const undecrypted = await build({ files: { 'deploy/a.yaml': encrypted } });
  expect(undecrypted.result.problems[0]?.message).toContain('has no decryption');
});

test.each([
  ['the network', { resources: ['https://example.com/x.yaml'] }, /which lies in the network/],
  ['a Git host', { resources: ['github.com/org/repo//path?ref=v1'] }, /which lies in the network/],
  ['this machine', { resources: ['../../../../etc'] }, /which lies outside of the artifact/],
  [
    'a file of this machine',
    { configMapGenerator: [{ name: 'x', files: ['k=/etc/passwd'] }] },
    /outside of the artifact/,
  ],
  ['a patch from the network', { patches: [{ path: 'http://example.com/p.yaml' }] }, /lies in the network/],
  ['a patch of this machine', { patchesStrategicMerge: ['../../../etc/passwd'] }, /outside of the artifact/],
  [
    'a generator that asks the network',
    {
      generators: [
        'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\nfiles: [https://example.com/f]',
      ],
    },
    /lies in the network/,
  ],
  ['what is not there', { resources: ['gone.yaml'] }, /which the artifact does not have/],
])('does not build from %s', async (_what, kustomization, why) => {
  const files = { 'deploy/kustomization.yaml': JSON.stringify(kustomization) };
  await expect(build({ files })).rejects.toThrow(why);
});

const elsewhere = 'http://127.0.0.1:1/x.yaml';
const layers = Object.fromEntries(
  Array.from({ length: 30 }, (_, layer) => [
    `deploy/${'l/'.repeat(layer + 1)}kustomization.yaml`,
    `namePrefix: a-\nresources: [l, ./l]\n`,
  ]),
);
test.each<[string, Record<string, string>, RegExp]>([
  ['resources in capitals', { 'b/kustomization.yaml': `Resources: ["${elsewhere}"]\n` }, /Resources is not spelled/],
  [
    'files in capitals, of another alphabet',
    { 'b/kustomization.yaml': `configMapGenerator: [{name: x, fileſ: [/etc/passwd]}]\n` },
    /configMapGenerator.fileſ is not spelled/,
  ],
  [
    'an address that looks like a patch',
    { 'b/kustomization.yaml': `patchesStrategicMerge: ["${elsewhere}: x"]\n` },
    /neither an object nor a path/,
  ],
  [
    'a path that looks like a generator',
    { 'b/kustomization.yaml': 'generators: ["a: /../../../../../../etc/passwd"]\n' },
    /neither an object nor a path/,
  ],
  [
    'a folder of generators',
    {
      'b/kustomization.yaml': 'generators: [g]\n',
      'b/g/kustomization.yaml': 'resources: [c.yaml]\n',
      'b/g/c.yaml': `{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: x}, files: ["${elsewhere}"]}`,
    },
    /b\/g is a folder of generators/,
  ],
  [
    'a generator with fields in capitals',
    {
      'b/kustomization.yaml': 'generators: [c.yaml]\n',
      'b/c.yaml': `{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: x}, Files: ["k=${elsewhere}"]}`,
    },
    /lies in the network/,
  ],
  [
    'layers that name one another twice',
    {
      'b/kustomization.yaml': 'resources: [../deploy/l]\n',
      ...layers,
      [`deploy/${'l/'.repeat(31)}kustomization.yaml`]: 'resources: [x.yaml]\n',
      [`deploy/${'l/'.repeat(31)}x.yaml`]: settings('  a: b\n'),
    },
    /reads more than 64 MB/,
  ],
])('does not let kustomize read what was not looked at: %s', async (_what, files, why) => {
  await expect(build({ files: { 'deploy/kustomization.yaml': 'resources: [../b]\n', ...files } })).rejects.toThrow(why);
});

test('gives kustomize what was understood, not what was written', async () => {
  const tools = script(
    'printf "%s\\n" "apiVersion: v1" "kind: ConfigMap" "metadata:" "  name: seen" "data:"; for each in kustomization g; do read -r line < "$2/../b/$each.yaml"; printf "%s\\n" "  $each: \'$line\'"; done',
  );
  const { result } = await build({
    files: {
      'deploy/kustomization.yaml': 'resources: [../b]\n',
      // To Go, the merge wins, and the comment ends at the line separator.
      'b/kustomization.yaml': `resources: [x.yaml]\ngenerators: [g.yaml]\n<<: {resources: ["${elsewhere}"]}\n`,
      'b/g.yaml': `# é\u2028files: ["${elsewhere}"]\napiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: "\u2028"}\n`,
      'b/x.yaml': settings('  a: b\n'),
    },
    tools,
  });
  const data = result.objects[0]?.['data'] as Record<string, string>;
  expect(data['kustomization']).toBe('{"resources":["x.yaml"],"generators":["g.yaml"]}');
  expect(data['g']).toBe('{"apiVersion":"builtin","kind":"ConfigMapGenerator","metadata":{"name":"\\u2028"}}');
});

test('reads many aliases in one pass', async () => {
  const files = {
    'deploy/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: &n x}\nlist: [${'*n,'.repeat(10_000)}]\nlast: [&n y, *n]\n`,
  };
  const { result } = await build({ files });
  expect(result.objects[0]?.['list']).toEqual(Array.from({ length: 10_000 }, () => 'x'));
  expect(result.objects[0]?.['last']).toEqual(['y', 'y']);
});

test('lets few builds run at a time, and gives up what nobody waits for', async () => {
  const tools = script(`echo x >> "${folder}/begun"; until [ -e "${folder}/go" ]; do /bin/sleep 0.05; done; exit 1`);
  const begun = () => (existsSync(join(folder, 'begun')) ? readFileSync(join(folder, 'begun'), 'utf8').length / 2 : 0);
  const builds = Promise.allSettled(
    Array.from({ length: 6 }, () => build({ files: { 'deploy/a.yaml': settings('  a: b\n') }, tools })),
  );
  await expect.poll(begun).toBe(3);
  expect(readdirSync(folder).filter((name) => name.startsWith('sluice-build-'))).toHaveLength(3);
  writeFileSync(join(folder, 'go'), '');
  await builds;
  expect(begun()).toBe(6);
});

test('reads no object that the API server does not take', async () => {
  const tools = script(
    'printf "%s" "apiVersion: v1"; each=xxxxxxxxxxxxxxxx; while [ ${#each} -lt 4000000 ]; do each=$each$each; done; printf "%s\\n" "#$each"',
  );
  const building = build({ files: { 'deploy/a.yaml': settings('  a: b\n') }, tools });
  await expect(building).rejects.toThrow('an object of more than 3 MB');
});

test('says what takes kustomize where there is none, and how to give it', async () => {
  const files = {
    'deploy/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: x-\n',
    'deploy/a.yaml': settings('  a: b\n'),
  };
  await expect(build({ files })).rejects.toMatchObject({
    kind: 'refused',
    message: 'To build this takes kustomize: deploy uses namePrefix.',
    wayOut: expect.stringContaining('tools.kustomize') as unknown,
  });
});

function script(body: string): Tools {
  const path = join(folder, 'kustomize');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return { find: async (name) => (name === 'kustomize' ? { path, version: 'v5.8.1' } : undefined) };
}

test('runs kustomize over what Flux would, with nothing around it', async () => {
  const tools = script(
    'printf "%s\\n" "apiVersion: v1" "kind: ConfigMap" "metadata:" "  name: seen" "data:" "  path: \\"[$PATH]\\"" "  call: \\"$1 $3 $4\\"";' +
      ' printf "%s" "  file: \'"; while read -r line; do printf "%s" "$line"; done < "$2/kustomization.yaml"; read -r line < "$2/kustomization.yaml"; printf "%s\'\\n" "$line"',
  );
  const { result } = await build({
    files: { 'deploy/a.yaml': settings('  a: b\n') },
    spec: {
      targetNamespace: 'prod',
      images: [{ name: 'web', newTag: '2' }],
      patches: [{ patch: 'x', target: { kind: 'Service' } }],
    },
    tools,
  });
  expect(result.builtWith).toEqual({ program: 'kustomize', version: 'v5.8.1' });
  const data = result.objects[0]?.['data'] as Record<string, string>;
  expect(data).toMatchObject({ path: '[]', call: 'build --load-restrictor LoadRestrictionsRootOnly' });
  expect(JSON.parse(data['file'] ?? '')).toMatchObject({
    resources: ['./a.yaml'],
    namespace: 'prod',
    images: [{ name: 'web', newTag: '2', digest: '' }],
    patches: [{ patch: 'x', target: { kind: 'Service' } }],
  });
});

test('says what kustomize complains of, without the folders of this machine', async () => {
  const tools = script('echo "Error: no matches for $2/a.yaml password=hunter22" >&2; exit 1');
  const failing = build({ files: { 'deploy/a.yaml': settings('  a: b\n') }, tools });
  await expect(failing).rejects.toThrow('kustomize build failed: no matches for deploy/a.yaml password=***');
});

test.each<[string, Partial<World>, object]>([
  [
    'another file came',
    { artifact: { digest: `sha256:${'0'.repeat(64)}` } },
    { kind: 'refused', message: expect.stringContaining('digest differs') as unknown },
  ],
  [
    'a digest nobody can check',
    { artifact: { digest: 'blake3:00' } },
    { kind: 'refused', message: expect.stringContaining('cannot check: blake3') as unknown },
  ],
  [
    'no artifact yet',
    { artifact: { url: undefined } },
    { kind: 'refused', message: expect.stringContaining('offers no artifact yet') as unknown },
  ],
  ['an address that is none', { artifact: { url: 'file:///etc/passwd' } }, { kind: 'refused' }],
  ['a cloud’s own address', { artifact: { url: 'http://169.254.169.254/latest/meta-data' } }, { kind: 'refused' }],
  [
    'dropped meanwhile',
    {
      answer: ({ path }) => {
        if (path === proxied) throw errorOfStatus(404, {}, { server: 'x' });
      },
    },
    { kind: 'not_found', message: expect.stringContaining('no longer offered') as unknown },
  ],
  [
    'no such Service',
    {
      answer: ({ path }) => {
        if (path === proxied) throw errorOfStatus(404, { reason: 'NotFound' }, { server: 'x' });
      },
    },
    { kind: 'not_found', message: 'There is no Service flux-system/source-controller that offers the artifact.' },
  ],
  [
    'refused by what stands behind the Service',
    {
      answer: ({ path }) => {
        if (path === proxied) throw errorOfStatus(403, {}, { server: 'x' });
      },
    },
    { kind: 'unreachable', message: 'The artifact’s server answered with the status 403.' },
  ],
  [
    'no right to the proxy',
    {
      answer: (request) => {
        if (request.path === proxied)
          throw errorOfStatus(403, { reason: 'Forbidden' }, { server: 'x', rule: ruleOfRequest(request) });
      },
    },
    {
      kind: 'forbidden',
      missing: [
        {
          verb: 'get',
          group: '',
          resource: 'services',
          subresource: 'proxy',
          namespace: 'flux-system',
          name: 'http:source-controller:80',
        },
      ],
    },
  ],
])('tells when the artifact cannot be had: %s', async (_what, world, error) => {
  // Each with its own content: what was fetched lately is kept.
  await expect(build({ files: { 'deploy/a.yaml': settings(`  a: "${_what}"\n`) }, ...world })).rejects.toMatchObject(
    error,
  );
});

test('a large object is built beside everything else, with the same result', async () => {
  const lines = 'a line of text\n    '.repeat(5_000);
  const { result } = await build({
    files: { 'deploy/a.yaml': settings(`  long: |\n    ${lines}\${region} \${password}\n`) },
    sources: { 'secrets/db': { password: 'hunter22' } },
    spec: { postBuild: { substitute: { region: 'eu-1' }, substituteFrom: [{ kind: 'Secret', name: 'db' }] } },
  });
  const object = result.objects[0] as KubeObject;
  expect(object['data']).toEqual({ long: `${'a line of text\n'.repeat(5_000)}eu-1 hunter22\n` });
  expect(result.isLarge(object)).toBe(true);
  expect((await result.shown(object))['data']).toEqual({ long: '***' });
  expect(result.substitutions.map(({ name, used }) => ({ name, used }))).toEqual([
    { name: 'password', used: true },
    { name: 'region', used: true },
  ]);
});

test('mentions of variables count once, however many there are', async () => {
  const { result } = await build({
    files: { 'deploy/a.yaml': settings(`  a: "${'${v}'.repeat(200_000)}"\n`) },
    spec: { postBuild: { substitute: { v: '' } } },
  });
  expect(result.substitutions).toHaveLength(1);
});
