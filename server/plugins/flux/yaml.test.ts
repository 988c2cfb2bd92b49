import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fluxObject } from './testing/situations.ts';
import { toYaml } from './yaml.ts';

test('YAML begins with what names the object and holds no credential', () => {
  const object = fluxObject('GitRepository', 'fleet', {
    spec: { url: 'https://u:planted@git.example.com/x.git' },
    status: { observedGeneration: 1 },
    metadata: {
      managedFields: [{ manager: 'flux' }],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"planted":1}', owner: 'shop' },
    },
  });
  const yaml = toYaml(object);
  expect(yaml.split('\n').filter((line) => /^\w/.test(line))).toEqual([
    'apiVersion: source.toolkit.fluxcd.io/v1',
    'kind: GitRepository',
    'metadata:',
    'spec:',
    'status:',
  ]);
  expect(yaml).not.toMatch(/planted|managedFields|last-applied/);
  expect(yaml).toContain('url: https://***@git.example.com/x.git');
  expect(parse(yaml)).toMatchObject({ metadata: { name: 'fleet', annotations: { owner: 'shop' } } });
  expect(toYaml(object)).toBe(yaml);
});

test('long lines stay whole, values of several lines stay readable', () => {
  const yaml = toYaml(fluxObject('ConfigMap', 'c', { spec: { long: 'word '.repeat(60).trim(), text: 'a\nb\n' } }));
  expect(yaml).toContain(`long: ${'word '.repeat(60).trim()}\n`);
  expect(yaml).toContain('text: |\n    a\n    b\n');
});
