import { expect, test } from 'vitest';
import { hideValues } from './hide-values.ts';

const certificate = 'subject=shop\nissuer="ada"\n\nserial=4711\n';

test.each([
  ['as it is', 'a hunter/22 b', 'a *** b'],
  ['in base64', `a ${Buffer.from('hunter/22').toString('base64')} b`, 'a *** b'],
  ['within an address', 'db://x?p=hunter%2F22&y', 'db://x?p=***&y'],
  ['in JSON', JSON.stringify({ a: certificate }), '{"a":"***"}'],
  ['indented', 'a: |\n    subject=shop\n    issuer="ada"\n\n    serial=4711\nb: c', 'a: |\n    ***\nb: c'],
  ['without the line break at its end', 'key: line-of-text', 'key: ***'],
  ['too short to be looked for', 'port: 4711', 'port: 4711'],
])('hides a value %s', (_how, text, shown) => {
  expect(hideValues(['hunter/22', certificate, '4711', 'line-of-text\n'])(text)).toBe(shown);
});

test('looks for values of many empty lines in one pass', () => {
  const value = `first${'\n \n'.repeat(2_000)}last`;
  expect(hideValues([value])(`first${'\n'.repeat(200_000)}lost`)).toContain('lost');
});

test('hides values of any number of lines, indented where they are not too many', () => {
  const value = (lines: number) => Array.from({ length: lines }, (_, line) => `line-${line}`).join('\n');
  expect(hideValues([value(400)])(`a: |\n${value(400).replaceAll(/^/gm, '  ')}\n`)).toBe('a: |\n  ***\n');
  expect(hideValues([value(20_000)])(`a ${value(20_000)} ${value(2)}`)).toBe('a *** line-0\nline-1');
});

test.each([0, 500])('hides values that overlap or hold one another, beside %i others', (others) => {
  const more = Array.from({ length: others }, (_, index) => `another-value-${index}`);
  const hide = hideValues([...more, 'abcdefgh', 'ghijklmnop', certificate, 'issuer="ada"', 'a "issuer=\\"ada\\"" b']);
  expect(hide('<abcdefghijklmnop>')).toBe('<***>');
  expect(hide('a: |\n    subject=shop\n    issuer="ada"\n\n    serial=4711\nb: c')).toBe('a: |\n    ***\nb: c');
  expect(hide('<a "issuer=\\"ada\\"" b> issuer="ada"')).toBe('<***> ***');
  expect(hide('nothing of the kind')).toBe('nothing of the kind');
});

test('looks for thousands of values in thousands of texts', () => {
  const hide = hideValues(Array.from({ length: 5_000 }, (_, index) => `value-of-a-secret-${index}`));
  const texts = Array.from({ length: 20_000 }, (_, index) => hide(`some text ${index}`));
  expect(texts[4711]).toBe('some text 4711');
  expect(hide('a value-of-a-secret-4999 b')).toBe('a *** b');
});
