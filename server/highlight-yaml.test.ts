import { expect, test } from 'vitest';
import { highlightYaml } from './highlight-yaml.ts';

test('colours YAML and escapes what it holds', () => {
  expect(highlightYaml('name: <b>\n')).toBe(
    '<span class="hljs-attr">name:</span> <span class="hljs-string">&lt;b&gt;</span>\n',
  );
});

test('leaves out what would take too long: long texts, and texts with one long line', () => {
  expect(highlightYaml('a: b\n'.repeat(20_001))).toBeUndefined();
  expect(highlightYaml(`a: b\nwords: ${'word '.repeat(200)}\nc: d`)).toBeUndefined();
  expect(highlightYaml(`a: ${'word '.repeat(200)}`)).toBeUndefined();
  expect(highlightYaml(`a: ${'word '.repeat(100)}`)).toContain('hljs-');
});
