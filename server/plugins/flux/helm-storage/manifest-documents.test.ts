import { expect, test } from 'vitest';
import { manifestDocuments } from './manifest-documents.ts';

test('a manifest is split into its objects; what is none is counted, and comments alone are nothing', () => {
  const { documents, unreadable } = manifestDocuments(
    [
      '# Source: web/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: shop\ndata:\n  text: "--- is no end"\n',
      '# nothing was rendered here\n',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: b\n',
      'just: a map\n',
      'kind: [broken\n',
    ].join('---\n'),
  );
  expect(documents.map(({ apiVersion, kind, namespace, name }) => [apiVersion, kind, namespace, name])).toEqual([
    ['v1', 'ConfigMap', 'shop', 'a'],
    ['apps/v1', 'Deployment', '', 'b'],
  ]);
  expect(documents[0]?.text).toContain('# Source: web/templates/a.yaml');
  expect(unreadable).toBe(2);
});
