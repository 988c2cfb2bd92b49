import { expect, test } from 'vitest';
import { expandTemplate } from './expand-template.ts';
import { parseTemplate } from './parse-template.ts';

const values: Record<string, string> = { a: 'alpha', file: 'lib/foo.tar.gz', word: 'Über', empty: '', b: 'beta' };

function expand(text: string): string {
  return expandTemplate(parseTemplate(text), (name) => values[name]);
}

// What each becomes was compared with Flux' own library.
test.each([
  ['$a ${a} $${a} $$ $', '$a alpha ${a} $ $'],
  ['${nobody}|${empty}|', '||'],
  ['${nobody:=x}${empty:-y}${a:=z}${nobody=w}', 'xyalphaw'],
  ['${nobody:=${b:-x}/${a}}', 'beta/alpha'],
  ['${nobody:=$$}', '$$'],
  ['${a^}${a^^}${word,}${word,,}', 'AlphaALPHAüberüber'],
  ['${#a} ${#word}', '5 5'],
  ['${a:1}|${a:1:2}|${a:0:-1}|${a: -2}', 'lpha|lp|alph|alpha'],
  ['${file#*/}|${file##*.}|${file%.*}|${file%%.*}', 'foo.tar.gz|gz|lib/foo.tar|lib/foo'],
  ['${file#[k-m]?b/}', 'foo.tar.gz'],
  ['${a/p/P}|${a//a/A}|${a/#al/x}|${a/%ha/y}|${a//l/}', 'alPha|AlphA|xpha|alpy|apha'],
  ['${file/\\/foo/X}', 'libX.tar.gz'],
])('%s becomes %s', (text, expected) => {
  expect(expand(text)).toBe(expected);
});

test.each([
  ['${a', 'missing closing brace'],
  ['${}', 'unable to parse variable name'],
  ['${a-b}', 'missing closing brace'],
  ['${a:}', 'unable to parse substitution within function'],
  ['${a/b}', 'bad substitution'],
  ['${#a-}', 'bad substitution'],
])('%s is refused', (text, reason) => {
  expect(() => expand(text)).toThrow(reason);
});

test('does not grow without end, in depth or in length', () => {
  expect(() => parseTemplate('${a:='.repeat(200))).toThrow('too many substitutions within each other');
  const large = 'x'.repeat(1024 * 1024);
  expect(() => expandTemplate(parseTemplate('${a}'.repeat(20)), () => large)).toThrow('larger than 4 MB');
  expect(() => expandTemplate(parseTemplate('${a##*}'), () => large)).toThrow('too long');
});

test.each(['${v#*a*a*a*a*a*a*a*b}', '${v:0:1}', '${#v}'])(
  'stops when many functions together take too long: %s',
  (each) => {
    const value = 'a'.repeat(60_000);
    expect(() => expandTemplate(parseTemplate(each.repeat(10_000)), () => value)).toThrow('takes more work');
  },
);

test('patterns take no more time than the value is long', () => {
  const value = 'a'.repeat(50_000);
  expect(expandTemplate(parseTemplate('${v%%*a*a*a*a*a*a*b}'), () => value)).toBe(value);
});
