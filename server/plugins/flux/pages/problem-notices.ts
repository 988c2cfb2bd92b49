import type { Problem } from '../../../kube/cluster.ts';

/** A line above what it concerns, as the notice component draws it. */
export interface NoticeView {
  state: 'warning' | 'info';
  strong: string;
  text: string;
  /** ISO instant. */
  since: string | undefined;
}

/**
 * What is worth a line above a page that shows something nevertheless. Where nothing at all can be shown, the page says
 * so in its place instead; a lost API server is told by the frame of every page.
 */
export function problemNotices(problems: readonly Problem[], shown: number): NoticeView[] {
  return problems.flatMap((problem): NoticeView[] => {
    const since = problem.since?.toISOString();
    switch (problem.kind) {
      case 'stale':
        return [{ state: 'warning', strong: `${problem.subject} may be old.`, text: problem.message, since }];
      case 'syncing':
        return shown === 0 ? [] : [{ state: 'info', strong: 'Still reading.', text: problem.message, since }];
      case 'absent':
        return shown === 0
          ? []
          : [{ state: 'warning', strong: `${problem.subject} are gone.`, text: problem.message, since }];
      case 'forbidden':
      case 'failed':
      case 'unreachable':
      case 'bad_credentials':
        return shown === 0
          ? []
          : [{ state: 'warning', strong: 'Not everything is shown.', text: problem.message, since }];
    }
  });
}
