import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SluiceError } from '../errors.ts';
import type { AccessRule } from '../errors.ts';
import { createAccess, type RenewedAccess } from './access.ts';
import type { KubeClient, KubeRequest } from './cluster.ts';
import type { Identity } from './identity.ts';
import { errorOfStatus, KubeError } from './kube-error.ts';

interface Attributes {
  verb: string;
  group: string;
  resource: string;
  namespace: string;
  name: string;
}

/** An authorizer of RBAC-like rules that answers both kinds of review and counts them. */
function authorizer() {
  const state = {
    reviews: [] as Attributes[],
    rulesReviews: [] as string[],
    as: [] as (Identity | undefined)[],
    /** `namespace` undefined: cluster-wide. */
    grants: [] as (AccessRule & { verb: string })[],
    incomplete: undefined as string | undefined,
    failure: undefined as Error | undefined,
    delay: Promise.resolve(),
  };
  async function json<T>(request: KubeRequest): Promise<T> {
    state.as.push(request.as);
    const { spec } = request.body as { spec: { resourceAttributes?: Attributes; namespace?: string } };
    if (spec.resourceAttributes !== undefined) state.reviews.push(spec.resourceAttributes);
    else state.rulesReviews.push(spec.namespace ?? '');
    await state.delay;
    if (state.failure !== undefined) throw state.failure;
    return {
      status: spec.resourceAttributes === undefined ? rules(spec.namespace ?? '') : allowed(spec.resourceAttributes),
    } as T;
  }
  function allowed(asked: Attributes) {
    const isAllowed = state.grants.some(
      (grant) =>
        grant.verb === asked.verb &&
        grant.resource === asked.resource &&
        grant.group === asked.group &&
        (grant.namespace === undefined || grant.namespace === asked.namespace) &&
        (grant.name === undefined || grant.name === asked.name),
    );
    return { allowed: isAllowed };
  }
  function rules(namespace: string) {
    const resourceRules = state.grants
      .filter((grant) => grant.namespace === undefined || grant.namespace === namespace)
      .map(({ verb, group, resource, name }) => ({
        verbs: [verb],
        apiGroups: [group],
        resources: [resource],
        ...(name !== undefined && { resourceNames: [name] }),
      }));
    return {
      resourceRules,
      incomplete: state.incomplete !== undefined,
      ...(state.incomplete !== undefined && { evaluationError: state.incomplete }),
    };
  }
  return { state, json, requests: () => state.reviews.length + state.rulesReviews.length };
}

const things = { group: 'example.org', resource: 'things' };
const tenant: Identity = { name: 'tenant', groups: [], impersonate: { user: 'tenant', groups: [] } };
const node: Identity = { name: 'n', groups: ['system:nodes'], impersonate: { user: 'n', groups: ['system:nodes'] } };
const namespaces = ['a', 'b', 'c'];

let api: ReturnType<typeof authorizer>;
let access: RenewedAccess;
let reachable: boolean;
let away: SluiceError | undefined;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
  api = authorizer();
  reachable = true;
  away = undefined;
  access = createAccess(
    { json: api.json } as KubeClient,
    () => reachable,
    () => away,
  );
});

afterEach(() => {
  access.close();
  vi.useRealTimers();
});

test('what is allowed everywhere takes one review, whatever the namespaces', async () => {
  api.state.grants = [{ verb: 'list', ...things }];
  expect(await access.scope(tenant, 'list', things, namespaces)).toEqual({ all: true });
  expect(api.state.reviews).toEqual([{ verb: 'list', ...things, subresource: '', namespace: '', name: '' }]);
  expect(api.state.as).toEqual([tenant]);
});

test('otherwise one rules review per namespace answers for all verbs and resources there', async () => {
  api.state.grants = [
    { verb: 'list', ...things, namespace: 'b' },
    { verb: 'patch', ...things, namespace: 'b', name: 'mine' },
  ];
  expect(await access.scope(tenant, 'list', things, namespaces)).toEqual({ all: false, namespaces: new Set(['b']) });
  expect(api.state.rulesReviews).toEqual(namespaces);
  const missing = await access.missing(tenant, [
    { verb: 'list', ...things, namespace: 'b' },
    { verb: 'patch', ...things, namespace: 'b', name: 'mine' },
    { verb: 'patch', ...things, namespace: 'b', name: 'other' },
    { verb: 'patch', ...things, namespace: 'b' },
    { verb: 'list', ...things, subresource: 'status', namespace: 'b' },
    { verb: 'list', ...things, namespace: 'c' },
  ]);
  expect(missing.map(({ name, subresource, namespace }) => [namespace, name, subresource])).toEqual([
    ['b', 'other', undefined],
    ['b', undefined, undefined],
    ['b', undefined, 'status'],
    ['c', undefined, undefined],
  ]);
  expect(api.state.rulesReviews).toEqual(namespaces);
});

test('rules that are incomplete are not believed: each question is asked itself', async () => {
  api.state.incomplete = 'webhook authorizer does not support user rule resolution';
  api.state.grants = [{ verb: 'list', ...things, namespace: 'b' }];
  expect(await access.scope(tenant, 'list', things, namespaces)).toEqual({ all: false, namespaces: new Set(['b']) });
  expect(api.state.reviews.map(({ namespace }) => namespace)).toEqual(['', ...namespaces]);
});

test('that the Node authorizer cannot list its rules matters to nodes only', async () => {
  api.state.incomplete = 'node authorizer does not support user rule resolution';
  await access.can(tenant, { verb: 'list', ...things, namespace: 'a' });
  expect(api.state.reviews).toHaveLength(1);
  await access.can(node, { verb: 'list', ...things, namespace: 'a' });
  expect(api.state.reviews).toHaveLength(3);
});

test('a clock that is set back lets no answer outlive its right', async () => {
  api.state.grants = [{ verb: 'list', ...things }];
  expect(await access.can(tenant, { verb: 'list', ...things })).toBe(true);
  api.state.grants = [];
  vi.setSystemTime(new Date('2025-01-01T00:00:00Z'));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await access.can(tenant, { verb: 'list', ...things })).toBe(false);
});

test('of very many answers the longest unused are forgotten, and not all are renewed at once', async () => {
  const rule = (name: string) => ({ verb: 'get', group: '', resource: name });
  await access.can(tenant, rule('first'));
  await vi.advanceTimersByTimeAsync(1_000);
  for (let count = 0; count < 10_000; count += 1) {
    await access.can(tenant, rule(`many-${count}`));
    vi.advanceTimersByTime(1);
  }
  const before = api.requests();
  await access.can(tenant, rule('many-9999'));
  expect(api.requests() - before).toBe(0);
  await access.can(tenant, rule('first'));
  expect(api.requests() - before).toBe(1);
  await vi.advanceTimersByTimeAsync(21_000);
  expect(api.requests() - before).toBeGreaterThanOrEqual(300);
  // One look every three seconds, 300 at each.
  expect(api.requests() - before).toBeLessThanOrEqual(7 * 300 + 1);
});

test('the same question at the same time is one request', async () => {
  const hold = Promise.withResolvers<void>();
  api.state.delay = hold.promise;
  const asked = [1, 2, 3].map(() => access.can(tenant, { verb: 'list', ...things }));
  hold.resolve();
  expect(await Promise.all(asked)).toEqual([false, false, false]);
  expect(api.requests()).toBe(1);
});

test('two identities never share an answer', async () => {
  api.state.grants = [{ verb: 'list', ...things }];
  await access.can(tenant, { verb: 'list', ...things });
  await access.can({ ...tenant, impersonate: { user: 'tenant', groups: ['g'] } }, { verb: 'list', ...things });
  expect(api.requests()).toBe(2);
});

test('somebody known causes no request: answers in use are renewed by the clock, not by asking', async () => {
  api.state.grants = [{ verb: 'list', ...things, namespace: 'b' }];
  await access.scope(tenant, 'list', things, namespaces);
  for (let minute = 0; minute < 5; minute += 1) {
    await vi.advanceTimersByTimeAsync(60_000);
    const before = api.requests();
    expect(await access.scope(tenant, 'list', things, namespaces)).toEqual({ all: false, namespaces: new Set(['b']) });
    expect(api.requests()).toBe(before);
  }
});

test('a right that is taken away or given is known within 30 seconds', async () => {
  api.state.grants = [{ verb: 'list', ...things }];
  expect(await access.can(tenant, { verb: 'list', ...things })).toBe(true);
  api.state.grants = [];
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await access.can(tenant, { verb: 'list', ...things })).toBe(false);
});

test('answers nobody uses are renewed no more', async () => {
  await access.can(tenant, { verb: 'list', ...things });
  await vi.advanceTimersByTimeAsync(20 * 60_000);
  const before = api.requests();
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(api.requests()).toBe(before);
});

test('while the API server is away the last answer holds, for an hour', async () => {
  api.state.grants = [{ verb: 'list', ...things }];
  await access.can(tenant, { verb: 'list', ...things });
  reachable = false;
  api.state.failure = new KubeError('unreachable', 'gone', { httpStatus: 0, reason: 'ECONNREFUSED' });
  await vi.advanceTimersByTimeAsync(59 * 60_000);
  expect(await access.can(tenant, { verb: 'list', ...things })).toBe(true);
  await vi.advanceTimersByTimeAsync(2 * 60_000);
  await expect(access.can(tenant, { verb: 'list', ...things })).rejects.toMatchObject({ kind: 'unreachable' });
});

test('while Sluice itself is not let in the last answer holds', async () => {
  api.state.grants = [{ verb: 'list', ...things }];
  await access.can(tenant, { verb: 'list', ...things });
  api.state.failure = errorOfStatus(401, { message: 'Unauthorized' }, { server: 'x' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await access.can(tenant, { verb: 'list', ...things })).toBe(true);
  await expect(access.can(tenant, { verb: 'get', ...things })).rejects.toMatchObject({ kind: 'bad_credentials' });
});

test('a refusal to answer is told and not remembered', async () => {
  api.state.failure = errorOfStatus(403, { message: 'may not impersonate' }, { server: 'x' });
  await expect(access.can(tenant, { verb: 'list', ...things })).rejects.toMatchObject({ kind: 'forbidden' });
  api.state.failure = undefined;
  expect(await access.can(tenant, { verb: 'list', ...things })).toBe(false);
});

test('after expire everything is asked anew', async () => {
  await access.can(tenant, { verb: 'list', ...things });
  api.state.grants = [{ verb: 'list', ...things }];
  access.expire();
  expect(await access.can(tenant, { verb: 'list', ...things })).toBe(true);
});

test('not all reviews run at a time', async () => {
  const hold = Promise.withResolvers<void>();
  api.state.delay = hold.promise;
  const many = Array.from({ length: 50 }, (_unused, index) => `namespace-${index}`);
  const asked = Promise.all(
    many.map((namespace) => access.can(tenant, { verb: 'get', group: '', resource: namespace })),
  );
  await vi.advanceTimersByTimeAsync(0);
  expect(api.requests()).toBe(12);
  hold.resolve();
  await asked;
  expect(api.requests()).toBe(50);
});

test('while the API server is known to be away nobody is asked, and what was known holds', async () => {
  const rule = { verb: 'list', ...things };
  const before = await access.can(tenant, rule);
  const asked = api.requests();
  reachable = false;
  away = new SluiceError('unreachable', 'it is gone');
  expect(await access.can(tenant, rule)).toBe(before);
  await expect(access.can(tenant, { ...rule, verb: 'delete' })).rejects.toBe(away);
  expect(api.requests()).toBe(asked);
});
