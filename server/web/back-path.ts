/** A path of this site to go back to, or the fallback: never another site, never a path that browsers read as one. */
export function backPath(value: unknown, fallback: string): string {
  if (typeof value !== 'string' || !/^\/(?![/\\])/.test(value) || /[\\\p{Cc}]/u.test(value)) return fallback;
  const url = URL.parse(value, 'http://here.invalid');
  return url?.origin === 'http://here.invalid' ? `${url.pathname}${url.search}` : fallback;
}
