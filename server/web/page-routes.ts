import { SluiceError } from '../errors.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Clusters } from '../services.ts';
import type { Page } from './page.ts';

interface Route<Target> {
  page: Target;
  segments: readonly string[];
}

export interface MatchedPage<Target = Page> {
  page: Target;
  cluster: Cluster;
  params: Readonly<Record<string, string>>;
  /** The path below the cluster. */
  path: string;
}

/** Finds the page of a path, the same way for a request and for an open page's socket. */
export interface PageRoutes<Target = Page> {
  /** Undefined when no page has this path. Throws not_found for an unknown cluster and invalid for a path that cannot be decoded. */
  match(path: string): MatchedPage<Target> | undefined;
  /** The cluster a path speaks of and what is left of it; the default cluster where it names none. Throws not_found. */
  clusterOf(path: string): { cluster: Cluster; path: string };
}

/**
 * Routes of all pages, or of anything else that has a path below the cluster. A segment that is spelled out goes before a
 * parameter, whatever the order of the pages.
 */
export function createPageRoutes<Target extends { path: string }>(
  pages: readonly Target[],
  clusters: Clusters,
): PageRoutes<Target> {
  const routes = pages.map((page): Route<Target> => ({ page, segments: segmentsOf(page.path) })).toSorted(moreSpecific);

  function clusterOf(path: string): { cluster: Cluster; path: string } {
    const named = /^\/clusters\/([^/]+)(\/.*)?$/.exec(path);
    if (named === null) return { cluster: clusters.default, path };
    const name = decode(named[1] ?? '');
    const cluster = clusters.get(name);
    if (cluster === undefined) {
      throw new SluiceError('not_found', `There is no cluster named ${name.slice(0, 80)} here.`, {
        wayOut: `There is ${clusters
          .list()
          .map((known) => known.name)
          .join(', ')}.`,
      });
    }
    return { cluster, path: named[2] ?? '/' };
  }

  return {
    clusterOf,
    match(fullPath) {
      const { cluster, path } = clusterOf(fullPath);
      const given = segmentsOf(path);
      for (const { page, segments } of routes) {
        const params = paramsOf(segments, given);
        if (params !== undefined) return { page, cluster, params, path };
      }
      return undefined;
    },
  };
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function paramsOf(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith(':')) params[segment.slice(1)] = decode(value);
    else if (segment !== value) return undefined;
  }
  return params;
}

function moreSpecific(one: Route<unknown>, other: Route<unknown>): number {
  const shape = (route: Route<unknown>) =>
    route.segments.map((segment) => (segment.startsWith(':') ? '1' : '0')).join('');
  return shape(one) < shape(other) ? -1 : shape(one) > shape(other) ? 1 : 0;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SluiceError('invalid', 'This address cannot be read: a % in it is not followed by two hex digits.');
  }
}
