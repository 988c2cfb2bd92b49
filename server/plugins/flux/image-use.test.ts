import { expect, test } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { appliersOf, chosenImage, parseImage, pushBranch, tagsInValues, usersOfImage, writersOf } from './image-use.ts';
import { fluxObject } from './testing/situations.ts';
import { entryOf, surroundingsOf } from './testing/surroundings.ts';

const policy = fluxObject('ImagePolicy', 'cart', {
  metadata: { labels: { team: 'shop' } },
  spec: { imageRepositoryRef: { name: 'cart' } },
  status: { latestRef: { name: 'registry.example.com:5000/shop/cart', tag: '1.4.2' } },
});

function automation(name: string, spec: Record<string, unknown> = {}, tag?: string): KubeObject {
  return fluxObject('ImageUpdateAutomation', name, {
    spec: { sourceRef: { kind: 'GitRepository', name: 'fleet' }, update: { path: './apps' }, ...spec },
    status:
      tag === undefined ? {} : { observedPolicies: { cart: { name: 'registry.example.com:5000/shop/cart', tag } } },
  });
}

function kustomization(name: string, path: string, source = 'fleet'): KubeObject {
  return fluxObject('Kustomization', name, {
    spec: { path, sourceRef: { kind: 'GitRepository', name: source } },
    status: {
      inventory: {
        entries: [
          { id: `shop_${name}_apps_Deployment`, v: 'v1' },
          { id: 'shop_x__Service', v: 'v1' },
        ],
      },
    },
  });
}

function deployment(name: string, image: string): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', uid: name, resourceVersion: '1' },
    spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
  };
}

test('an image is taken apart: the port of a registry is no tag', () => {
  expect(parseImage('registry.example.com:5000/shop/cart:1.4@sha256:aa')).toEqual({
    name: 'registry.example.com:5000/shop/cart',
    tag: '1.4',
  });
  expect(parseImage('registry.example.com:5000/shop/cart')).toEqual({
    name: 'registry.example.com:5000/shop/cart',
    tag: undefined,
  });
  expect(parseImage('cart@sha256:aa')).toEqual({ name: 'cart', tag: undefined });
});

test('what a policy chose is read in both forms of its status', () => {
  expect(chosenImage(policy)).toEqual({ name: 'registry.example.com:5000/shop/cart', tag: '1.4.2' });
  expect(chosenImage(fluxObject('ImagePolicy', 'a', { status: { latestImage: 'r.example.com/a:7' } }))).toEqual({
    name: 'r.example.com/a',
    tag: '7',
  });
  expect(chosenImage(fluxObject('ImagePolicy', 'a'))).toBeUndefined();
});

test('automations of its namespace write it, unless their selector leaves it out', () => {
  const elsewhere = automation('elsewhere');
  const objects = [
    automation('all', {}, '1.4.1'),
    automation('fits', { policySelector: { matchLabels: { team: 'shop' } } }),
    automation('other', {
      policySelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['shop'] }] },
    }),
    { ...elsewhere, metadata: { ...elsewhere.metadata, namespace: 'media' } },
  ];
  const writers = writersOf(policy, surroundingsOf({ objects }));
  expect(writers.map((writer) => [writer.automation.object.metadata.name, writer.wrote])).toEqual([
    ['all', '1.4.1'],
    ['fits', undefined],
  ]);
});

test('Kustomizations of the same repository apply it, at a path within or around', () => {
  const objects = [
    kustomization('within', './apps/cart'),
    kustomization('same', 'apps'),
    kustomization('around', './'),
    kustomization('beside', './apps-old'),
    kustomization('infra', './infra'),
    kustomization('foreign', './apps/cart', 'other'),
  ];
  const appliers = appliersOf(entryOf(automation('all')), surroundingsOf({ objects }));
  expect(appliers.map(({ object }) => object.metadata.name)).toEqual(['within', 'same', 'around']);
});

test('the branch that is pushed to: asked for, checked out, or the source’s own', () => {
  const git = { checkout: { ref: { branch: 'main' } }, push: { branch: 'updates' } };
  expect(pushBranch(automation('a', { git }))).toBe('updates');
  expect(pushBranch(automation('a', { git: { checkout: git.checkout } }))).toBe('main');
  const seen = fluxObject('ImageUpdateAutomation', 'a', {
    status: { observedSourceRevision: 'release/1@sha1:4f1a5b1' },
  });
  expect(pushBranch(seen)).toBe('release/1');
  expect(pushBranch(automation('a'))).toBeUndefined();
});

test('workloads that run it are found in inventories, with whether they run the chosen tag', async () => {
  const appliers = ['cart', 'worker', 'gone', 'other'].map((name) => entryOf(kustomization(name, './apps')));
  const image = { name: 'registry.example.com:5000/shop/cart', tag: '1.4.2' };
  const readable = [
    deployment('cart', `${image.name}:1.4.2`),
    deployment('worker', `${image.name}:1.4.1@sha256:aa`),
    deployment('other', 'registry.example.com:5000/shop/cart-admin:1.4.2'),
  ];
  const { rows, unread } = await usersOfImage(image, appliers, surroundingsOf({ readable }));
  expect(rows).toMatchObject([
    { reference: { name: 'cart' }, state: 'ready', how: 'at 1.4.2', what: 'Applied by Kustomization shop/cart.' },
    { reference: { name: 'worker' }, state: 'reconciling', how: 'at 1.4.1' },
  ]);
  expect(unread).toBe(1);
});

test('HelmReleases name it in their values', async () => {
  const name = 'registry.example.com/shop/cart';
  expect(tagsInValues({ image: { repository: name, tag: '1.0' }, sidecars: [{ image: `${name}:0.9` }] }, name)).toEqual(
    ['1.0', '0.9'],
  );
  expect(tagsInValues({ image: { registry: 'registry.example.com', repository: 'shop/cart', tag: 2 } }, name)).toEqual([
    '2',
  ]);
  expect(tagsInValues({ image: { repository: 'shop/web', tag: '1' }, nothing: null }, name)).toEqual([]);
  const release = fluxObject('HelmRelease', 'cart', { spec: { values: { image: { repository: name, tag: '1.0' } } } });
  const { rows } = await usersOfImage({ name, tag: '1.0' }, [], surroundingsOf({ objects: [release] }));
  expect(rows).toMatchObject([{ reference: { kind: 'HelmRelease' }, state: 'ready', what: 'In its values.' }]);
});
