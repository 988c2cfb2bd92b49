import { z } from 'zod';
import { removeLeftWorkFolders } from '../../tools/work-folder.ts';
import { definePlugin } from '../define.ts';
import { helmOperations } from './operations.ts';
import { releasePage } from './release-page.ts';
import { askToRevealPage, revealedPage } from './reveal-pages.ts';
import { releasesPage } from './releases-page.ts';

/** What Helm keeps of its releases: history, values, manifests, and what changed between two revisions. */
export const helmPlugin = definePlugin({
  name: 'helm',
  title: 'Helm',
  config: z.strictObject({}),
  setup({ tools, runs, audit, logger }) {
    removeLeftWorkFolders('helm').catch((error: unknown) => {
      logger.warn({ err: error }, 'Folders of rollbacks that were cut short could not be removed');
    });
    return {
      pages: [releasesPage, releasePage({ tools, runs }), askToRevealPage],
      answers: [revealedPage(audit)],
      operations: helmOperations(tools),
      async navigation() {
        return [{ heading: 'Look into', items: [{ path: '/helm', label: 'Helm releases', icon: 'k-helmrelease' }] }];
      },
    };
  },
});
