import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { parseFilter, sortKeys } from './filter.ts';
import { kustomization } from './kinds/kustomization.ts';
import { pageSize, selectPage } from './select-page.ts';
import { summarizeFor } from './summarize.ts';
import type { FluxSummary } from './summary.ts';
import { testCollection } from './testing/collection.ts';
import { fluxObject } from './testing/situations.ts';

const now = new Date('2026-03-02T09:00:00Z');
const everything = { all: true } as const;
const watch = {
  group: kustomization.group,
  resource: kustomization.plural,
  kind: kustomization.kind,
  summarize: summarizeFor(kustomization),
};

const readiness = {
  ready: ['True', 'ReconciliationSucceeded'],
  failing: ['False', 'BuildFailed'],
  waiting: ['False', 'DependencyNotReady'],
} as const;

function object(
  name: string,
  state: keyof typeof readiness,
  more: {
    namespace?: string;
    path?: string;
    source?: string;
    labels?: Record<string, string>;
    lastReconciled?: string;
  } = {},
): KubeObject {
  const [status, reason] = readiness[state];
  return fluxObject('Kustomization', name, {
    metadata: { namespace: more.namespace ?? 'shop', ...(more.labels === undefined ? {} : { labels: more.labels }) },
    spec: {
      path: more.path ?? './apps',
      interval: '10m',
      sourceRef: { kind: 'GitRepository', name: more.source ?? 'fleet' },
    },
    conditions: [['Ready', status, reason, 'x', '2026-03-02T08:00:00Z']],
    status: {
      observedGeneration: 1,
      ...(more.lastReconciled === undefined
        ? {}
        : {
            history: [
              {
                lastReconciled: more.lastReconciled,
                firstReconciled: more.lastReconciled,
                lastReconciledStatus: 'ReconciliationSucceeded',
                totalReconciliations: 1,
              },
            ],
          }),
    },
  });
}

function collectionOf(objects: readonly KubeObject[]) {
  return testCollection<FluxSummary>(watch, objects);
}

function select(objects: readonly KubeObject[], query: string) {
  return selectPage(
    collectionOf(objects).entries(),
    parseFilter(new URLSearchParams(query), kustomization),
    kustomization,
    now,
  );
}

const names = (page: { rows: { object: KubeObject }[] }) => page.rows.map((row) => row.object.metadata.name);

const some = [
  object('b', 'ready', { path: './z' }),
  object('a', 'ready', { namespace: 'media', path: './y', labels: { team: 'media' } }),
  object('d', 'failing', { source: 'other' }),
  object('c', 'waiting', { path: './x' }),
];

describe('order', () => {
  test('worst first, then by namespace and name', () => {
    expect(names(select(some, ''))).toEqual(['d', 'c', 'a', 'b']);
    expect(names(select(some, 'sort=-state'))).toEqual(['a', 'b', 'c', 'd']);
  });

  test('by a column, both ways', () => {
    expect(names(select(some, 'sort=path'))).toEqual(['d', 'c', 'a', 'b']);
    expect(names(select(some, 'sort=-path'))).toEqual(['b', 'a', 'c', 'd']);
  });

  test('what has no value comes last in both directions', () => {
    const reconciled = [...some, object('e', 'ready', { lastReconciled: '2026-03-02T08:59:00Z' })].map((one, index) =>
      index === 0 ? { ...one, status: {} } : one,
    );
    expect(names(select(reconciled, 'sort=reconciled')).at(-1)).toBe('b');
    expect(names(select(reconciled, 'sort=-reconciled')).at(-1)).toBe('b');
    expect(names(select(reconciled, 'sort=-reconciled'))[0]).toBe('e');
  });
});

describe('filter', () => {
  test('counts say what the other states hold under the same filter', () => {
    const page = select(some, 'status=failing&namespace=shop');
    expect(names(page)).toEqual(['d']);
    expect(page).toMatchObject({ total: 1, countsTotal: 3, visible: 4, namespaces: ['media', 'shop'] });
    expect(page.counts).toMatchObject({ failing: 1, waiting: 1, ready: 1, stalled: 0 });
  });

  test('by source, label and text', () => {
    expect(names(select(some, 'source=GitRepository/shop/other'))).toEqual(['d']);
    expect(names(select(some, 'label=team%3Dmedia'))).toEqual(['a']);
    expect(names(select(some, 'q=./y'))).toEqual(['a']);
    expect(names(select(some, 'q=!shop/*'))).toEqual(['a']);
    expect(select(some, '').sources.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'media/fleet',
      'shop/fleet',
      'shop/other',
    ]);
  });
});

describe('pages', () => {
  const many = Array.from({ length: pageSize * 2 + 3 }, (_, index) =>
    object(`app-${String(index).padStart(3, '0')}`, 'ready'),
  );

  test('every object stands on exactly one page', () => {
    const seen = [1, 2, 3].flatMap((page) => names(select(many, `page=${page}&sort=name`)));
    expect(seen).toEqual(many.map((one) => one.metadata.name));
    expect(select(many, '')).toMatchObject({ pages: 3, page: 1, total: many.length });
  });

  test('a page beyond the last is the last one; nothing still has one page', () => {
    expect(select(many, 'page=9')).toMatchObject({ page: 3, pages: 3 });
    expect(select([], 'page=2')).toMatchObject({ page: 1, pages: 1, total: 0, rows: [] });
  });
});

test('what is overdue is stale, with words, and the page knows when the next one will be', () => {
  const objects = [
    object('late', 'ready', { lastReconciled: '2026-03-02T08:00:00Z' }),
    object('soon', 'ready', { lastReconciled: '2026-03-02T08:55:00Z' }),
  ];
  const page = select(objects, '');
  expect(page.rows.map((row) => row.summary.state)).toEqual(['stale', 'ready']);
  expect(page.rows[0]?.summary.because).toContain('should reconcile every 10 min');
  expect(page.changesAt).toEqual(new Date('2026-03-02T09:11:00Z'));
  const collection = collectionOf(objects);
  const filter = parseFilter(new URLSearchParams(), kustomization);
  const at = (moment: string) =>
    selectPage(collection.entries(), filter, kustomization, new Date(moment), { collection, scope: everything }).counts;
  expect(at('2026-03-02T09:00:00Z')).toMatchObject({ stale: 1, ready: 1 });
  expect(at('2026-03-02T09:12:00Z')).toMatchObject({ stale: 2, ready: 0 });
});

test('a list that is kept is the same as one that is read anew, whatever happens', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed % below;
  };
  const states = Object.keys(readiness) as (keyof typeof readiness)[];
  const anObject = () =>
    object(`app-${random(40)}`, states[random(states.length)] ?? 'ready', {
      namespace: ['shop', 'media', 'tools'][random(3)] ?? 'shop',
      path: `./p${random(9)}`,
      source: `s${random(3)}`,
      ...(random(2) === 0 ? {} : { lastReconciled: `2026-03-02T08:${10 + random(49)}:00Z` }),
    });
  const collection = collectionOf(Array.from({ length: 30 }, anObject));
  const scopes = [everything, { all: false, namespaces: new Set(['shop', 'tools']) } as const];
  const keys = sortKeys(kustomization);
  for (let round = 0; round < 400; round += 1) {
    for (let change = random(4); change > 0; change -= 1) {
      const what = random(10);
      const present = [...collection.entries()];
      if (what === 0) collection.miss(anObject());
      else if (what < 4) collection.remove(present[random(present.length)]?.key ?? '');
      else collection.set(anObject());
    }
    const scope = scopes[random(scopes.length)] ?? everything;
    const visible = [...collection.entries()].filter(
      (entry) => scope.all || scope.namespaces.has(entry.object.metadata.namespace ?? ''),
    );
    const sort = `${random(2) === 0 ? '' : '-'}${keys[random(keys.length)]}`;
    const filter = parseFilter(new URLSearchParams({ sort }), kustomization);
    const moment = new Date(now.getTime() + round * 20_000);
    const kept = selectPage(visible, filter, kustomization, moment, { collection, scope });
    const { changesAt, ...anew } = selectPage(visible, filter, kustomization, moment);
    expect({ round, sort, ...kept }).toMatchObject({ round, sort, ...anew });
    expect(kept.changesAt?.getTime() ?? Infinity).toBeLessThanOrEqual(changesAt?.getTime() ?? Infinity);
  }
});
