import { expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
import type { KindDefinition } from '../kind.ts';
import { gitRepository } from '../kinds/git-repository.ts';
import { kustomization } from '../kinds/kustomization.ts';
import type { Sight } from '../sight.ts';
import { summarizeFor } from '../summarize.ts';
import type { FluxSummary } from '../summary.ts';
import { testCollection } from '../testing/collection.ts';
import { fluxObject } from '../testing/situations.ts';
import { matchedText } from './matched-text.ts';
import { bestHits, searchObjects } from './search-objects.ts';
import { parseSearch } from './search-query.ts';

const now = new Date('2026-03-02T09:00:00Z');

interface More {
  namespace?: string;
  failing?: string;
  labels?: Record<string, string>;
}

function object(kind: KindDefinition, name: string, { namespace = 'shop', failing, labels }: More = {}): KubeObject {
  const ready =
    failing === undefined
      ? (['Ready', 'True', 'ReconciliationSucceeded', 'done', '2026-03-02T08:00:00Z'] as const)
      : (['Ready', 'False', 'BuildFailed', failing, '2026-03-02T08:00:00Z'] as const);
  return fluxObject(kind.kind, name, {
    metadata: { namespace, ...(labels === undefined ? {} : { labels }) },
    conditions: [[...ready]],
    status: { observedGeneration: 1 },
  });
}

function sightOf(kustomizations: readonly KubeObject[], repositories: readonly KubeObject[] = []): Sight {
  const seen = (
    [
      [kustomization, kustomizations],
      [gitRepository, repositories],
    ] as const
  ).map(([kind, objects]) => {
    const watch = { group: kind.group, resource: kind.plural, kind: kind.kind, summarize: summarizeFor(kind) };
    const collection = testCollection<FluxSummary>(watch, objects);
    const entries = { [Symbol.iterator]: () => collection.entries() };
    return { kind, collection, scope: { all: true } as const, entries, problems: [], asOf: now };
  });
  return {
    seen,
    problems: [],
    asOf: now,
    of: (kind) => seen.find((one) => one.kind === kind),
    entry: () => undefined,
  };
}

function found(sight: Sight, typed: string, perKind = 20): string[] {
  const result = searchObjects(sight, parseSearch(typed), now, perKind);
  return bestHits(result, perKind).map(({ kind, entry }) => `${kind.kind} ${entry.key}`);
}

test('the exact name stands first, then its beginning, a part of it, the namespace, and then everything else', () => {
  const sight = sightOf([
    object(kustomization, 'says-so', { failing: 'the web is down' }),
    object(kustomization, 'other', { namespace: 'web' }),
    object(kustomization, 'big-web'),
    object(kustomization, 'web-shop'),
    object(kustomization, 'web'),
    object(kustomization, 'nothing'),
  ]);
  expect(found(sight, 'web')).toEqual([
    'Kustomization shop/web',
    'Kustomization shop/web-shop',
    'Kustomization shop/big-web',
    'Kustomization web/other',
    'Kustomization shop/says-so',
  ]);
});

test('among equals the worst state stands first, and the worst of a kind is marked', () => {
  const sight = sightOf([object(kustomization, 'web-a'), object(kustomization, 'web-b', { failing: 'x' })]);
  expect(found(sight, 'web')).toEqual(['Kustomization shop/web-b', 'Kustomization shop/web-a']);
  const [group] = searchObjects(sight, parseSearch('web'), now, 1).groups;
  expect(group).toMatchObject({ total: 2, worst: 'failing' });
  expect(group?.hits.map(({ entry }) => entry.key)).toEqual(['shop/web-b']);
});

test('the kind with the best hit stands first', () => {
  const sight = sightOf([object(kustomization, 'my-fleet')], [object(gitRepository, 'fleet')]);
  const { groups, total } = searchObjects(sight, parseSearch('fleet'), now, 5);
  expect(groups.map(({ kind }) => kind.kind)).toEqual(['GitRepository', 'Kustomization']);
  expect(total).toBe(2);
});

test('keeps the best of many, whatever their order, and counts them all', () => {
  const names = Array.from({ length: 300 }, (_, index) => `app-${String((index * 37) % 300).padStart(3, '0')}`);
  const sight = sightOf(names.map((name) => object(kustomization, name)));
  const [group] = searchObjects(sight, parseSearch('app'), now, 3).groups;
  expect(group?.total).toBe(300);
  expect(group?.hits.map(({ entry }) => entry.key)).toEqual(['shop/app-000', 'shop/app-001', 'shop/app-002']);
});

test('a word may name the kind; operators and ! narrow', () => {
  const sight = sightOf(
    [
      object(kustomization, 'web', { labels: { team: 'red' } }),
      object(kustomization, 'api', { namespace: 'team-b', failing: 'x' }),
    ],
    [object(gitRepository, 'web')],
  );
  expect(found(sight, 'gitrepo web')).toEqual(['GitRepository shop/web']);
  expect(found(sight, 'kind:ks web')).toEqual(['Kustomization shop/web']);
  expect(found(sight, 'web !ks')).toEqual(['GitRepository shop/web']);
  expect(found(sight, 'ns:team-')).toEqual(['Kustomization team-b/api']);
  expect(found(sight, 'status:failing')).toEqual(['Kustomization team-b/api']);
  expect(found(sight, 'label:team=red')).toEqual(['Kustomization shop/web']);
  expect(found(sight, 'shop/web kind:ks')).toEqual(['Kustomization shop/web']);
  expect(found(sight, 'nowhere')).toEqual([]);
});

test('tells where the word stands when the name does not bear it', () => {
  const sight = sightOf([object(kustomization, 'web', { labels: { team: 'red' } })]);
  const query = parseSearch('web team=red');
  const [hit] = bestHits(searchObjects(sight, query, now, 5), 5);
  expect(hit && matchedText(hit.entry, query.terms)).toEqual({ field: 'label', text: 'team=red' });
  expect(hit && matchedText(hit.entry, parseSearch('web').terms)).toBeUndefined();
});
