import type { StoredRevision } from './storage.ts';

/** A mark of the style sheet for Helm's word, and the word in ours. */
export function statusView(status: string): { state: string; word: string } {
  switch (status) {
    case 'deployed':
      return { state: 'ready', word: 'Deployed' };
    case 'superseded':
      return { state: 'none', word: 'Superseded' };
    case 'failed':
      return { state: 'failing', word: 'Failed' };
    case 'pending-install':
      return { state: 'reconciling', word: 'Installing' };
    case 'pending-upgrade':
      return { state: 'reconciling', word: 'Upgrading' };
    case 'pending-rollback':
      return { state: 'reconciling', word: 'Rolling back' };
    case 'uninstalling':
      return { state: 'deleting', word: 'Uninstalling' };
    case 'uninstalled':
      return { state: 'none', word: 'Uninstalled' };
    default:
      return { state: 'none', word: 'Unknown' };
  }
}

/** The path of a release's page below the cluster. */
export function releasePath({ namespace, release }: Pick<StoredRevision, 'namespace' | 'release'>): string {
  return `/helm/${encodeURIComponent(namespace)}/${encodeURIComponent(release)}`;
}

/** `hello 1.1.0`; empty where neither is known. */
export function chartInWords(chart: string, version: string): string {
  return [chart, version].filter((word) => word !== '').join(' ');
}
