import { expect, test } from 'vitest';
import { clustersOf } from '../services.ts';
import { fakeCluster } from '../testing/fake-cluster.ts';
import { createPageRoutes } from './page-routes.ts';
import type { Page } from './page.ts';

function page(path: string): Page {
  return { path, load: () => Promise.reject(new Error('not loaded here')) };
}

const clusters = clustersOf([fakeCluster({ name: 'one', watches: [] }), fakeCluster({ name: 'two', watches: [] })]);
const routes = createPageRoutes(
  ['/flux/:plural', '/flux/graph', '/flux/:plural/:namespace/:name', '/'].map(page),
  clusters,
);

test('a spelled-out segment goes before a parameter', () => {
  expect(routes.match('/flux/graph')?.page.path).toBe('/flux/graph');
  expect(routes.match('/flux/buckets')?.params).toEqual({ plural: 'buckets' });
});

test('parameters are decoded, slashes stay apart', () => {
  expect(routes.match('/flux/buckets/a/b%2Fc%20%C3%A9')?.params).toEqual({
    plural: 'buckets',
    namespace: 'a',
    name: 'b/c é',
  });
});

test('a cluster may stand in front; the default one need not', () => {
  const matched = routes.match('/clusters/two/flux/buckets');
  expect([matched?.cluster.name, matched?.path]).toEqual(['two', '/flux/buckets']);
  expect(routes.match('/clusters/two')?.page.path).toBe('/');
  expect(routes.match('/')?.cluster.name).toBe('one');
});

test('what is no page, cluster or address is said so', () => {
  expect(routes.match('/flux/a/b')).toBeUndefined();
  expect(() => routes.match('/clusters/three/flux')).toThrow('There is no cluster named three here.');
  expect(() => routes.match('/flux/%zz')).toThrow('cannot be read');
});
