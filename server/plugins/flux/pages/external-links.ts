import type { KubeObject } from '../../../kube/object.ts';
import { textAt } from '../read.ts';
import { shortRevision } from '../revision.ts';
import { commitLink, repositoryLink } from '../web-link.ts';

/** A page outside, opened in the same way as any link. */
export interface ExternalLink {
  label: string;
  href: string;
}

/** The web pages of a source's repository and of the commit it holds, where its URL allows. `revision` is the source's. */
export function externalLinks(source: KubeObject, revision: string | undefined): ExternalLink[] {
  const url = textAt(source, 'spec', 'url');
  const repository = repositoryLink(url);
  const commit = commitLink(url, revision);
  return [
    ...(repository === undefined ? [] : [{ label: 'Open the repository', href: repository }]),
    ...(commit === undefined || revision === undefined
      ? []
      : [{ label: `Open commit ${shortRevision(revision)}`, href: commit }]),
  ];
}
