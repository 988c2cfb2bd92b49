/** What of a path or URL stands below the base path, `/` at least; undefined for what stands beside it. */
export function belowBase(url: string, basePath: string): string | undefined {
  if (!url.startsWith(basePath)) return undefined;
  const below = url.slice(basePath.length);
  if (below === '' || below.startsWith('?') || below.startsWith('#')) return `/${below}`;
  return below.startsWith('/') ? below : undefined;
}
