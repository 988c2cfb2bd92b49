import { expect, test } from 'vitest';
import { inventoryOf, inventorySize, packInventory, parseInventoryId } from './inventory.ts';
import { fluxObject } from './testing/situations.ts';

test.each([
  ['shop_cart_apps_Deployment', { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'cart' }],
  ['shop_cart__ConfigMap', { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'cart' }],
  [
    '_shop__reader__x_rbac.authorization.k8s.io_ClusterRole',
    { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', namespace: undefined, name: 'shop:reader:x' },
  ],
  ['_shop__Namespace', { group: '', kind: 'Namespace', namespace: undefined, name: 'shop' }],
  ['a_b.c-d_x.example.com_Foo', { group: 'x.example.com', kind: 'Foo', namespace: 'a', name: 'b.c-d' }],
])('%s', (id, reference) => {
  expect(parseInventoryId(id)).toEqual(reference);
});

test.each(['', '_', '__', '___', 'a', 'a_b', 'a_b_c', 'shop__apps_Deployment', 'shop_cart_apps_'])(
  '%s is no id',
  (id) => {
    expect(parseInventoryId(id)).toBeUndefined();
  },
);

test('every object name comes back out of its id', () => {
  for (const name of ['cart', 'system:node', 'a.b-c', 'x:y:z', 'x1']) {
    for (const group of ['', 'apps', 'rbac.authorization.k8s.io']) {
      for (const namespace of [undefined, 'shop']) {
        const id = `${namespace ?? ''}_${name.replaceAll(':', '__')}_${group}_Kind`;
        expect(parseInventoryId(id)).toEqual({ group, kind: 'Kind', namespace, name });
      }
    }
  }
});

test('a status without inventory owns nothing that is known', () => {
  expect(inventoryOf(fluxObject('Kustomization', 'a'))).toBeUndefined();
  expect(inventorySize(fluxObject('Kustomization', 'a', { status: { inventory: { entries: [] } } }))).toBe(0);
});

test('a generator lists the artifacts it made', () => {
  const generator = fluxObject('ArtifactGenerator', 'g', {
    status: { inventory: [{ name: 'web', namespace: 'shop', digest: 'sha256:a', filename: 'x' }] },
  });
  expect(inventoryOf(generator)).toEqual([
    { group: 'source.toolkit.fluxcd.io', kind: 'ExternalArtifact', namespace: 'shop', name: 'web', version: undefined },
  ]);
});

test('a packed inventory reads, spreads and serializes as before', () => {
  const entries = [
    { id: 'shop_web_apps_Deployment', v: 'v1' },
    { id: '_shop__Namespace', v: 'v1' },
  ];
  const object = fluxObject('Kustomization', 'a', { status: { inventory: { entries, note: 'kept' } } });
  const kept = packInventory(object);
  expect(kept).not.toBe(object);
  expect(JSON.parse(JSON.stringify(kept))).toEqual(object);
  expect({ ...(kept.status?.['inventory'] as object) }).toEqual({ entries, note: 'kept' });
  expect(inventoryOf(kept)).toEqual(inventoryOf(object));
  expect(inventorySize(kept)).toBe(2);
});

test('an inventory of another shape is not packed', () => {
  for (const entries of [[], [{ id: 'a b', v: 'v1' }], [{ id: 'a', v: 'v1', more: 1 }], [null], 'none']) {
    const object = fluxObject('Kustomization', 'a', { status: { inventory: { entries } } });
    expect(packInventory(object)).toBe(object);
  }
});
