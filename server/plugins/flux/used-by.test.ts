import { expect, test } from 'vitest';
import type { Scope } from '../../kube/cluster.ts';
import type { KindDefinition } from './kind.ts';
import { gitRepository } from './kinds/git-repository.ts';
import { kustomization } from './kinds/kustomization.ts';
import { referenceTo } from './references.ts';
import type { Sight } from './sight.ts';
import { summarizeFor } from './summarize.ts';
import type { FluxSummary } from './summary.ts';
import type { TestCollection } from './testing/collection.ts';
import { testCollection } from './testing/collection.ts';
import { fluxObject } from './testing/situations.ts';
import { dependenciesOf, dependentsOf } from './used-by.ts';

function collectionOf(kind: KindDefinition) {
  return testCollection<FluxSummary>({
    group: kind.group,
    resource: kind.plural,
    kind: kind.kind,
    summarize: summarizeFor(kind),
  });
}

function sightOf(collections: readonly [KindDefinition, TestCollection<FluxSummary>, Scope][]): Sight {
  const seen = collections.map(([kind, collection, scope]) => ({
    kind,
    collection,
    scope,
    entries: collection.entries(),
    problems: [],
    asOf: collection.asOf,
  }));
  return {
    seen,
    problems: [],
    asOf: undefined,
    of: (kind) => seen.find((one) => one.kind === kind),
    entry(reference) {
      const one = seen.find(({ kind }) => kind.kind === reference.kind && kind.group === reference.group);
      const isSeen = one !== undefined && (one.scope.all || one.scope.namespaces.has(reference.namespace ?? ''));
      return isSeen ? one.collection.get(reference.namespace, reference.name) : undefined;
    },
  };
}

const fleet = fluxObject('GitRepository', 'fleet', { metadata: { namespace: 'flux-system' } });
const everything: Scope = { all: true };

function app(name: string, namespace: string, dependsOn: object[] = [], source = 'fleet') {
  return fluxObject('Kustomization', name, {
    metadata: { namespace },
    spec: { dependsOn, sourceRef: { kind: 'GitRepository', name: source, namespace: 'flux-system' } },
  });
}

test('dependents are found across namespaces and stay true with every change', () => {
  const kustomizations = collectionOf(kustomization);
  const sight = sightOf([[kustomization, kustomizations, everything]]);
  const users = () => dependentsOf(sight, referenceTo(fleet)).map(({ entry, as }) => `${entry.key} ${as}`);
  expect(users()).toEqual([]);
  kustomizations.set(app('cart', 'shop'));
  kustomizations.set(app('base', 'flux-system'));
  expect(users()).toEqual(['flux-system/base source', 'shop/cart source']);
  kustomizations.set(app('cart', 'shop', [], 'other'));
  expect(users()).toEqual(['flux-system/base source']);
  kustomizations.remove('flux-system/base');
  expect(users()).toEqual([]);
  kustomizations.miss(app('quiet', 'shop'));
  expect(users()).toEqual(['shop/quiet source']);
});

test('dependents in namespaces that the asker may not see are not told', () => {
  const kustomizations = collectionOf(kustomization);
  kustomizations.set(app('cart', 'shop'));
  kustomizations.set(app('secret', 'people'));
  const sight = sightOf([[kustomization, kustomizations, { all: false, namespaces: new Set(['shop']) }]]);
  expect(dependentsOf(sight, referenceTo(fleet)).map(({ entry }) => entry.key)).toEqual(['shop/cart']);
});

test('a dependency default namespace is the own one, and kinds of one name in two groups are two', () => {
  const kustomizations = collectionOf(kustomization);
  kustomizations.set(app('cart', 'shop', [{ name: 'base' }, { name: 'base', namespace: 'infra' }]));
  const sight = sightOf([[kustomization, kustomizations, everything]]);
  const base = referenceTo(app('base', 'shop'));
  expect(dependentsOf(sight, base).map(({ as }) => as)).toEqual(['dependency']);
  expect(dependentsOf(sight, { ...base, namespace: 'infra' })).toHaveLength(1);
  expect(dependentsOf(sight, { ...base, namespace: 'media' })).toEqual([]);
  expect(dependentsOf(sight, { ...base, group: 'kustomize.example.com' })).toEqual([]);
});

test('what an object names is seen, missing, hidden or unknown', () => {
  const repositories = collectionOf(gitRepository);
  repositories.set(fleet);
  const kustomizations = collectionOf(kustomization);
  const object = fluxObject('Kustomization', 'cart', {
    spec: {
      sourceRef: { kind: 'GitRepository', name: 'fleet', namespace: 'flux-system' },
      dependsOn: [{ name: 'gone' }, { name: 'other', namespace: 'people' }],
      decryption: { secretRef: { name: 'keys' } },
    },
  });
  const sight = sightOf([
    [gitRepository, repositories, everything],
    [kustomization, kustomizations, { all: false, namespaces: new Set(['shop']) }],
  ]);
  const told = dependenciesOf(sight, summarizeFor(kustomization)(object));
  expect(told.map(({ reference, as, state }) => [reference.name, as, state])).toEqual([
    ['fleet', 'source', 'seen'],
    ['gone', 'dependency', 'missing'],
    ['other', 'dependency', 'hidden'],
    ['keys', 'reference', 'unknown'],
  ]);
});
