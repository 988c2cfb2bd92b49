import { expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
import { comparable } from './comparable.ts';
import {
  differsWhereFluxApplied,
  withEmptyParts,
  withoutDropped,
  withoutTakenOver,
  writersOfDifferences,
} from './field-owners.ts';
import { isForced, isMerged, whyKept, whySkipped } from './flux-rules.ts';
import { ignoreRules } from './ignore-rules.ts';
import { laidOver } from './laid-over.ts';
import { withoutValues } from './try-apply.ts';
import { dropsUnknownFields, normalised, undeclaredFields, withoutField } from './normalise.ts';

type Fields = Record<string, unknown>;

function object(fields: { metadata?: Fields; [field: string]: unknown } = {}): KubeObject {
  const { metadata, ...rest } = fields;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    ...rest,
    metadata: { name: 'settings', namespace: 'shop', uid: '1', resourceVersion: '7', ...metadata },
  };
}

const annotated = (annotations: Record<string, string>) => object({ metadata: { annotations } });
const flux = (name: string) => `kustomize.toolkit.fluxcd.io/${name}`;
const kustomization = (spec: Fields) =>
  ({ ...object({ metadata: { name: 'apps', namespace: 'flux-system' } }), kind: 'Kustomization', spec }) as KubeObject;
const owned = { [flux('name')]: 'apps', [flux('namespace')]: 'flux-system' };

test('what the API server alone writes is no difference', () => {
  const live = object({
    metadata: {
      generation: 4,
      managedFields: [],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
    status: { phase: 'Active' },
    data: { a: '1' },
  });
  expect(comparable(live)).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'shop' },
    data: { a: '1' },
  });
});

test.each([
  ['in the source, in any case', annotated({ [flux('reconcile')]: 'Disabled' }), undefined, /reconcile.*in the source/],
  ['in the cluster', object(), annotated({ [flux('ssa')]: 'ignore' }), /ssa is Ignore.*in the cluster/],
  ['made once', annotated({ [flux('ssa')]: 'IfNotPresent' }), object(), /once/],
])('an object is left alone by an annotation %s', (_, built, live, why) => {
  expect(whySkipped(built, live)).toMatch(why);
});

test('what is made once is made where it is not there', () => {
  expect(whySkipped(annotated({ [flux('ssa')]: 'IfNotPresent' }), undefined)).toBeUndefined();
  expect(whySkipped(object(), object())).toBeUndefined();
});

test('force comes from the spec, the source or the cluster; merge from either side', () => {
  expect(isForced(kustomization({ force: true }), object(), undefined)).toBe(true);
  expect(isForced(kustomization({}), object(), annotated({ [flux('force')]: 'enabled' }))).toBe(true);
  expect(isForced(kustomization({}), object(), object())).toBe(false);
  expect(isMerged(object(), annotated({ [flux('ssa')]: 'Merge' }))).toBe(true);
});

test('only what it owns is pruned, and nothing without prune', () => {
  const live = object({ metadata: { labels: owned } });
  expect(whyKept(kustomization({ prune: true }), live)).toBeUndefined();
  expect(whyKept(kustomization({}), live)).toMatch(/does not prune/);
  expect(whyKept(kustomization({ prune: true }), object())).toMatch(/labels/);
  const disabled = object({ metadata: { labels: owned, annotations: { [flux('prune')]: 'disabled' } } });
  expect(whyKept(kustomization({ prune: true }), disabled)).toMatch(/prune is disabled/);
});

const entry = (manager: string, operation: string, fieldsV1: Fields, subresource?: string) => ({
  manager,
  operation,
  fieldsV1,
  time: '2026-01-01T00:00:00Z',
  ...(subresource !== undefined && { subresource }),
});
const containers = (...steps: [string, Fields][]) => ({
  'f:spec': { 'f:containers': Object.fromEntries(steps.map(([name, fields]) => [`k:{"name":"${name}"}`, fields])) },
});
const pod = (managedFields: unknown[], spec: Fields) => ({ ...object({ metadata: { managedFields } }), spec });

test('names who set a field that would change, and tells it from a change of the source', () => {
  const managedFields = [
    entry('kustomize-controller', 'Apply', containers(['web', { '.': {}, 'f:name': {}, 'f:image': {} }])),
    entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }, 'scale'),
    entry('autoscaler', 'Update', { 'f:spec': { 'f:paused': {} } }),
    entry('kubelet', 'Update', { 'f:spec': { 'f:replicas': {} } }, 'status'),
  ];
  const live = pod(managedFields, { replicas: 7, paused: true, containers: [{ name: 'web', image: 'web:1' }] });
  const scaled = pod([], { replicas: 2, paused: true, containers: [{ name: 'web', image: 'web:1' }] });
  expect(writersOfDifferences(live, scaled)).toEqual([
    { manager: 'kubectl', subresource: 'scale', at: '2026-01-01T00:00:00Z' },
  ]);
  expect(differsWhereFluxApplied(live, scaled)).toBe(false);
  const newImage = pod([], { replicas: 7, paused: true, containers: [{ name: 'web', image: 'web:2' }] });
  expect(writersOfDifferences(live, newImage)).toEqual([]);
  expect(differsWhereFluxApplied(live, newImage)).toBe(true);
});

test('removes what kubectl alone has set, and leaves what others have set too', () => {
  const managedFields = [
    entry('kustomize-controller', 'Apply', containers(['web', { '.': {}, 'f:name': {} }])),
    entry('kubectl-edit', 'Update', {
      'f:spec': {
        'f:paused': {},
        'f:containers': { 'k:{"name":"web"}': { 'f:image': {} }, 'k:{"name":"debug"}': { '.': {}, 'f:name': {} } },
      },
    }),
    entry('autoscaler', 'Update', { 'f:spec': { 'f:paused': {} } }),
    entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }, 'scale'),
  ];
  const result = pod(managedFields, {
    replicas: 3,
    paused: true,
    containers: [{ name: 'web', image: 'web:1' }, { name: 'debug' }],
  });
  expect(withoutTakenOver(result)?.spec).toEqual({ replicas: 3, paused: true, containers: [{ name: 'web' }] });
  expect(withoutTakenOver(pod([managedFields[0]], { containers: [] }))).toBeUndefined();
});

test('without a trial, what Flux applied and the source does not name any more is dropped', () => {
  const managedFields = [
    entry('kustomize-controller', 'Apply', { 'f:data': { 'f:kept': {}, 'f:gone': {}, 'f:shared': {} } }),
    entry('other', 'Update', { 'f:data': { 'f:shared': {}, 'f:own': {} } }),
  ];
  const live = object({ metadata: { managedFields }, data: { kept: '1', gone: '1', shared: '1', own: '1' } });
  expect(withoutDropped(live, object({ data: { kept: '2' } }))['data']).toEqual({ kept: '1', shared: '1', own: '1' });
});

test('lays built fields over live ones, items of lists by their names', () => {
  const live = pod([], {
    replicas: 2,
    containers: [
      { name: 'a', policy: 'Always' },
      { name: 'b', image: 'b:1' },
    ],
    port: '80',
  });
  const built = pod([], { containers: [{ name: 'b', image: 'b:2' }], port: 80 });
  expect(laidOver(live, built).spec).toEqual({ replicas: 2, containers: [{ name: 'b', image: 'b:2' }], port: '80' });
});

test('spec.ignore leaves fields out of the comparison', () => {
  const rules = ignoreRules(
    kustomization({
      ignore: [
        { paths: ['/spec/replicas', '/metadata/annotations/example.com~1at'], target: { kind: 'Deploy.*' } },
        { paths: ['/data/a'], target: { name: '(a+)+b' } },
      ],
    }),
  );
  const deployment = {
    ...annotated({ 'example.com/at': 'now', other: '1' }),
    kind: 'Deployment',
    spec: { replicas: 3 },
  };
  expect(rules.without(deployment)).toMatchObject({ spec: {}, metadata: { annotations: { other: '1' } } });
  expect(rules.without(deployment).spec).toEqual({});
  expect(rules.concern(object({ data: { a: '1' } }))).toBe(false);
});

test('a built object is sent as Flux sends it', () => {
  const secret = object({
    kind: 'Secret',
    stringData: { user: 'me' },
    data: { x: 'eA==' },
    status: {},
    metadata: { creationTimestamp: null },
  });
  const sent = normalised(secret);
  expect(sent).toMatchObject({ data: { x: 'eA==', user: 'bWU=' } });
  expect(Object.keys(sent)).not.toContain('stringData');
  expect(Object.keys(sent)).not.toContain('status');
  expect(Object.keys(sent.metadata)).not.toContain('creationTimestamp');
});

test('fields that Kubernetes does not know are found in its answer and left out as Flux does', () => {
  const message =
    'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): errors:\n' +
    '  .spec.containers[name="web"].imagee: field not declared in schema\n  .spec.foo: field not declared in schema';
  const fields = undeclaredFields(message);
  expect(fields).toEqual(['.spec.containers[name="web"].imagee', '.spec.foo']);
  expect(
    undeclaredFields('failed to create typed patch object (a/b; v1, Kind=X): .x: field not declared in schema'),
  ).toEqual(['.x']);
  const built = pod([], { foo: 1, containers: [{ name: 'db' }, { name: 'web', imagee: 'x' }] });
  const cleaned = fields.reduce<KubeObject>((left, field) => withoutField(left, field) ?? left, built);
  expect(cleaned.spec).toEqual({ containers: [{ name: 'db' }, { name: 'web' }] });
  expect(withoutField(built, '.spec.containers[name="none"].x')).toBeUndefined();
  const of = (apiVersion: string, kind = 'X') => dropsUnknownFields(object({ apiVersion, kind }));
  expect([
    of('v1'),
    of('apps/v1'),
    of('networking.k8s.io/v1'),
    of('example.com/v1'),
    of('rbac.authorization.k8s.io/v1', 'Role'),
  ]).toEqual([true, true, true, false, false]);
});

test('an object printed into a refusal is left out of it', () => {
  const pod = JSON.stringify({
    Containers: [{ Name: 'a', Env: [{ Name: 'X', Value: 'plain words' }], Ports: null }],
    Volumes: null,
    NodeName: '',
    Host: false,
    Tolerations: null,
  });
  const message = `Job.batch "p" is invalid: spec.template: Invalid value: ${pod}: field is immutable`;
  expect(withoutValues(message)).toBe('Job.batch "p" is invalid: spec.template: Invalid value: field is immutable');
  const two = `Job.batch "p" is invalid: [spec.template: Invalid value: ${pod}: field is immutable, spec.x: Required value]`;
  expect(withoutValues(two)).not.toContain('plain words');
  const short =
    'Deployment.apps "p" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable';
  expect(withoutValues(short)).toBe(short);
});

test('what Flux sends empty because of its types is sent empty, and nothing else that it gave up', () => {
  const managedFields = [
    entry('kustomize-controller', 'Apply', {
      'f:spec': {
        'f:strategy': {},
        'f:template': {
          'f:metadata': {},
          'f:spec': { 'f:volumes': { 'k:{"name":"tmp"}': { '.': {}, 'f:name': {}, 'f:emptyDir': {} } } },
        },
      },
    }),
  ];
  const live = pod(managedFields, {});
  const built = pod([], { template: { spec: { volumes: [{ name: 'tmp', configMap: { name: 'x' } }] } } });
  expect(withEmptyParts(built, live).spec).toEqual({
    strategy: {},
    template: { metadata: {}, spec: { volumes: [{ name: 'tmp', configMap: { name: 'x' } }] } },
  });
  expect(withEmptyParts(built, pod([], {}))).toBe(built);
});

test('laid over, quantities and ports written in another way are the same', () => {
  const live = pod([], {
    hard: { pods: '1k', memory: '1Gi', cpu: '1' },
    ports: [
      { port: 80, protocol: 'TCP', targetPort: 80 },
      { port: 80, protocol: 'UDP' },
    ],
  });
  const built = pod([], {
    hard: { pods: 1000, memory: '1024Mi', cpu: '1000m' },
    ports: [{ port: 80 }, { port: 80, protocol: 'UDP' }],
  });
  expect(laidOver(live, built)).toEqual(live);
  expect(laidOver(live, pod([], { hard: { cpu: '2' } })).spec).toMatchObject({ hard: { cpu: '2', memory: '1Gi' } });
});

test('a port that Flux sent with its protocol is not dropped where the source leaves the protocol out', () => {
  const ports = { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:protocol': {}, 'f:targetPort': {} } };
  const live = pod([entry('kustomize-controller', 'Apply', { 'f:spec': { 'f:ports': ports } })], {
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30000 }],
  });
  expect(withoutDropped(live, pod([], { ports: [{ port: 80 }] })).spec).toEqual(live.spec);
  expect(withoutDropped(live, pod([], { ports: [{ port: 81 }] })).spec).toEqual({ ports: [] });
});
