import { expect, test } from 'vitest';
import { loadAssets } from './assets.ts';
import { projectDirectory } from './project-root.ts';
import { createViews } from './views.ts';

const assets = loadAssets(projectDirectory('public'), '');
const views = createViews({
  directories: [projectDirectory('views')],
  asset: assets.url,
  modules: assets.modules,
  now: () => new Date('2026-11-19T14:32:07Z'),
});

test('every template compiles', () => {
  const templates = views.templates();
  expect(templates).toContain('layout.njk');
  for (const template of templates) views.compile(template);
});

test('foreign text stays text, and what is missing is not passed over', () => {
  const fragment = (message: unknown) =>
    views.render('error-fragment.njk', {
      state: 'failing',
      heading: 'It failed',
      message,
      wayOut: undefined,
      requestId: 'r',
    });
  expect(fragment('<script>alert("x")</script>')).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
  expect(fragment('safe\u202Egpj.exe')).toContain('safe⟨U+202E⟩gpj.exe');
  expect(() => fragment(undefined)).toThrow('attempted to output null or undefined value');
});

test('a text too large to be coloured is shown plain', () => {
  const shown = (html: string) => views.render('flux/detail-yaml.njk', { key: 'shop/web', text: 'note: <b>\n', html });
  expect(shown('<i>note</i>')).toContain('<code><i>note</i></code>');
  expect(shown('')).toContain('<code>note: &lt;b&gt;\n</code>');
});

test('icons are named by the sprite that is served', () => {
  expect(
    views.render('error-fragment.njk', { state: 'failing', heading: 'a', message: 'b', wayOut: '', requestId: 'r' }),
  ).toContain(`<use href="${assets.url('icons.svg')}#s-failing"/>`);
});
