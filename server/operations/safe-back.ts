import { SluiceError } from '../errors.ts';

/**
 * The path a form returns to. Only a path of this site is followed: throws `invalid` for anything a browser could read
 * as another one. Left out: the start page.
 */
export function safeBack(back: string | undefined, basePath: string): string {
  if (back === undefined || back === '') return `${basePath}/`;
  const base = 'http://sluice.invalid';
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const odd = /[\u0000-\u001f\\]/.test(back) || !back.startsWith('/') || back.startsWith('//');
  const url = odd || !URL.canParse(back, base) ? undefined : new URL(back, base);
  if (url === undefined || url.origin !== base || url.pathname.startsWith('//')) {
    throw new SluiceError('invalid', 'The page to return to must be a path of this site.', { field: 'back' });
  }
  return url.pathname + url.search + url.hash;
}
