import { pino } from 'pino';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { SluiceError } from '../errors.ts';
import type { Cluster, WatchDefinition } from '../kube/cluster.ts';
import { KubeError } from '../kube/kube-error.ts';
import { fakeCluster } from '../testing/fake-cluster.ts';
import { createAudit } from './audit-in-memory.ts';
import { defineOperation } from './define.ts';
import type { Operation, OperationContext } from './define.ts';
import { createOperations } from './registry.ts';
import { createRuns } from './runs-in-memory.ts';

const logger = pino({ level: 'silent' });
const ada = { name: 'ada', groups: ['team'], impersonate: { user: 'ada', groups: ['team'] } };
const widgets: WatchDefinition = {
  group: 'example.com',
  resource: 'widgets',
  kind: 'Widget',
  namespaced: true,
  versions: ['v1'],
  summarize: () => undefined,
};
const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { namespace: 'apps', name: 'shop' } };
const inputSchema = z.strictObject({ namespace: z.string(), name: z.string(), fast: z.boolean().optional() });
type Input = z.infer<typeof inputSchema>;
const shop = { namespace: 'apps', name: 'shop' };

function turn(
  run: (context: OperationContext, input: Input) => Promise<{ message: string }>,
  more: Partial<Operation<Input>> = {},
) {
  return defineOperation<Input, unknown>({
    name: 'widget.turn',
    summary: 'Turn a widget',
    type: 'action',
    http: { method: 'POST', path: '/widgets/:namespace/:name/turn' },
    input: inputSchema,
    output: z.object({ message: z.string() }),
    needs: (input) => [{ verb: 'patch', group: 'example.com', resource: 'widgets', ...input }],
    subject: ({ namespace, name }) => ({ group: 'example.com', resource: 'widgets', kind: 'Widget', namespace, name }),
    exclusive: 'turning',
    timeoutMilliseconds: 60_000,
    run: (input, context) => run(context, input),
    ...more,
  });
}

function world(operation: Operation<Input>, options: Partial<Parameters<typeof fakeCluster>[0]> = {}) {
  const cluster = fakeCluster({ watches: [widgets], objects: [widget], ...options });
  const events: unknown[] = [];
  cluster.answer((request) => {
    if (request.path !== '/api/v1/namespaces/apps/events') return undefined;
    events.push(request.body);
    return request.body;
  });
  const runs = createRuns();
  const audit = createAudit({ logger });
  let draining = false;
  const operations = createOperations({
    operations: [operation],
    runs,
    audit,
    logger,
    draining: () => draining,
  });
  return {
    cluster,
    events,
    runs,
    audit,
    operations,
    start: (input: unknown = shop, as = ada, to: Cluster = cluster) =>
      operations.start('widget.turn', input, { cluster: to, identity: as }),
    drain() {
      draining = true;
    },
    /** Resolves with the first audit entry that satisfies. */
    audited: (wanted: (entry: ReturnType<typeof audit.entries>[number]) => boolean) =>
      new Promise<ReturnType<typeof audit.entries>[number]>((resolve) => {
        const known = audit.entries().find(wanted);
        if (known !== undefined) resolve(known);
        else audit.onChange((entry) => wanted(entry) && resolve(entry));
      }),
  };
}

async function refusal(work: Promise<unknown>): Promise<SluiceError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

test('an action answers with its run at once, tells its steps and ends with its sentence', async () => {
  const gate = Promise.withResolvers<void>();
  const { start, runs } = world(
    turn(async ({ progress }) => {
      progress('Turning.');
      progress('Turning.');
      await gate.promise;
      progress('Almost.');
      return { message: 'Turned.' };
    }),
  );
  const run = await start();
  expect(run).toMatchObject({ state: 'running', operation: 'widget.turn', by: { name: 'ada' }, subject: shop });
  expect(runs.running()).toHaveLength(1);
  gate.resolve();
  const ended = await runs.ended(run.id);
  expect(ended).toMatchObject({ state: 'succeeded', message: 'Turned.' });
  expect(ended.progress.map((step) => step.sentence)).toEqual(['Turning.', 'Almost.']);
  expect(runs.running()).toHaveLength(0);
  expect(runs.of('test', { group: 'example.com', resource: 'widgets', ...shop })).toEqual([ended]);
});

test('a failed action ends with its cause', async () => {
  const { start, runs } = world(
    turn(async () => {
      throw new SluiceError('failed', 'The widget is stuck.');
    }),
  );
  const ended = await runs.ended((await start()).id);
  expect(ended).toMatchObject({ state: 'failed', message: 'The widget is stuck.' });
  expect(ended.error?.kind).toBe('failed');
});

test('an unexpected error becomes a run that failed without telling insides', async () => {
  const { start, runs } = world(
    turn(async () => {
      throw new TypeError('x.y is undefined');
    }),
  );
  const ended = await runs.ended((await start()).id);
  expect(ended.error?.kind).toBe('internal');
  expect(ended.message).not.toContain('undefined');
});

test('invalid input is refused, naming the field, and not audited', async () => {
  const { start, audit } = world(turn(async () => ({ message: '' })));
  expect(await refusal(start({ namespace: 'apps' }))).toMatchObject({ kind: 'invalid', field: 'name' });
  expect(await refusal(start({ ...shop, color: 'red' }))).toMatchObject({ kind: 'invalid', field: 'color' });
  expect(audit.entries()).toEqual([]);
});

test('a missing right refuses before anything is done, is audited, and writes no Event', async () => {
  const { start, audit, cluster, runs } = world(
    turn(async () => ({ message: '' })),
    { allow: (identity, rule) => identity.name !== 'ada' || rule.verb !== 'patch' },
  );
  const error = await refusal(start());
  expect(error).toMatchObject({
    kind: 'forbidden',
    missing: [{ verb: 'patch', resource: 'widgets', namespace: 'apps' }],
  });
  expect(audit.entries()).toMatchObject([{ result: 'refused', by: { name: 'ada' } }]);
  expect(runs.running()).toEqual([]);
  expect(cluster.requests.filter((request) => request.method !== undefined && request.method !== 'GET')).toEqual([]);
});

test('a refusal of the check is audited with its words', async () => {
  const { start, audit } = world(
    turn(async () => ({ message: '' }), {
      check() {
        throw new SluiceError('refused', 'It is suspended.');
      },
    }),
  );
  expect((await refusal(start())).message).toBe('It is suspended.');
  expect(audit.entries()).toMatchObject([{ result: 'refused', message: 'It is suspended.' }]);
});

test('two actions of one group on one object exclude each other, on two objects they do not', async () => {
  const gate = Promise.withResolvers<void>();
  const { start, runs } = world(
    turn(async () => {
      await gate.promise;
      return { message: 'Turned.' };
    }),
  );
  const [first, second] = await Promise.allSettled([start(), start()]);
  expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  const lost = first.status === 'rejected' ? first.reason : second.status === 'rejected' ? second.reason : undefined;
  expect(lost).toMatchObject({ kind: 'refused' });
  expect(String(lost.message)).toMatch(/ada asked to turn Widget apps\/shop \d+ s ago/);
  const other = await start({ namespace: 'apps', name: 'cart' });
  gate.resolve();
  await runs.ended(other.id);
  await Promise.all(runs.running().map((run) => runs.ended(run.id)));
  expect((await start()).state).toBe('running');
});

test('an ended action is one audit entry and an Event on its object, written as the asker', async () => {
  const { start, events, cluster, audited, audit } = world(turn(async () => ({ message: 'Turned.' })));
  await start();
  const entry = await audited(({ result }) => result === 'succeeded');
  expect(entry).toMatchObject({
    message: 'Turned.',
    operation: 'widget.turn',
    subject: { kind: 'Widget', name: 'shop' },
  });
  expect(entry.milliseconds).toBeGreaterThanOrEqual(0);
  await expect
    .poll(() => events)
    .toMatchObject([
      {
        kind: 'Event',
        type: 'Normal',
        reason: 'SluiceTurn',
        involvedObject: { apiVersion: 'example.com/v1', kind: 'Widget', name: 'shop', namespace: 'apps' },
      },
    ]);
  const written = cluster.requests.find((request) => request.path.endsWith('/events'));
  expect(written?.as).toEqual(ada);
  expect(audit.entries()).toHaveLength(1);
});

test('when no Event may be written the action still succeeds and the entry says so', async () => {
  const { start, cluster, audited } = world(turn(async () => ({ message: 'Turned.' })));
  cluster.answer((request) => {
    if (!request.path.endsWith('/events')) return undefined;
    throw new KubeError('forbidden', 'events is forbidden', { httpStatus: 403, reason: 'Forbidden' });
  });
  await start();
  const entry = await audited(({ note }) => note !== undefined);
  expect(entry).toMatchObject({
    result: 'succeeded',
    note: 'No Kubernetes Event could be written: events is forbidden',
  });
});

test('an action that takes too long is stopped', async () => {
  const { start, runs } = world(
    turn(({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))), {
      timeoutMilliseconds: 20,
    }),
  );
  const ended = await runs.ended((await start()).id);
  expect(ended.error?.kind).toBe('timed_out');
});

test('what belongs to an action is over when it has settled, its Event included', async () => {
  const { start, operations, events } = world(turn(async () => ({ message: 'Turned.' })));
  await start();
  await operations.settled();
  expect(events).toHaveLength(1);
});

test('while draining nothing new is started, and what runs is aborted when its time is over', async () => {
  const { start, runs, drain } = world(turn(() => new Promise(() => undefined)));
  const run = await start();
  drain();
  expect((await refusal(start({ namespace: 'apps', name: 'cart' }))).kind).toBe('refused');
  await runs.drain(10);
  expect(runs.get(run.id)).toMatchObject({ state: 'failed' });
});

test('only who started a run puts its message away', async () => {
  const { start, runs } = world(turn(async () => ({ message: 'Turned.' })));
  const run = await start();
  await runs.ended(run.id);
  const bob = { name: 'bob', groups: [], impersonate: { user: 'bob', groups: [] } };
  expect(() => runs.dismiss(run.id, bob)).toThrow('ada');
  runs.dismiss(run.id, ada);
  expect(runs.get(run.id)?.dismissed).toBe(true);
});

test('runs are kept for an hour and at most a thousand of them; running ones always', () => {
  let now = 0;
  const runs = createRuns(() => now);
  const begin = (name: string) =>
    runs.begin({
      operation: 'x',
      cluster: 'c',
      by: ada,
      subject: { group: 'g', resource: 'r', kind: 'K', namespace: 'n', name },
    });
  const lasting = begin('lasting');
  const early = begin('early');
  early.succeed('Done.');
  now = 61 * 60 * 1_000;
  expect(runs.of('c', { group: 'g', resource: 'r', namespace: 'n', name: 'early' })).toEqual([]);
  for (let index = 0; index < 1_100; index += 1) begin(`o${index}`).succeed('Done.');
  expect(runs.get(early.id)).toBeUndefined();
  expect(runs.get(lasting.id)?.state).toBe('running');
  let kept = 0;
  for (let index = 0; index < 1_100; index += 1) {
    kept += runs.of('c', { group: 'g', resource: 'r', namespace: 'n', name: `o${index}` }).length;
  }
  expect(kept).toBeLessThanOrEqual(1_000);
  expect(kept).toBeGreaterThan(900);
});

test('the audit trail keeps the latest five thousand', () => {
  const audit = createAudit({ logger });
  const subject = { group: 'g', resource: 'r', kind: 'K', namespace: 'n', name: 'x' };
  for (let index = 0; index < 5_010; index += 1) {
    audit.record({
      id: `${index}`,
      at: new Date(),
      cluster: 'c',
      by: ada,
      operation: 'x',
      subject,
      result: 'succeeded',
    });
  }
  expect(audit.entries()).toHaveLength(5_000);
  expect(audit.entries({ limit: 1 })[0]?.id).toBe('5009');
  expect(audit.entries({ cluster: 'other' })).toEqual([]);
});
