import { z } from 'zod';
import type { AccessRule } from '../../errors.ts';
import { removeLeftWorkFolders } from '../../tools/work-folder.ts';
import { definePlugin } from '../define.ts';
import { fluxOperations } from './actions/index.ts';
import { createKeptDiffs } from './diff/kept-diffs.ts';
import { buildOperations } from './build/operation.ts';
import { diffOperations } from './diff/operation.ts';
import { diffReader } from './diff/read-diff.ts';
import { inventoryOperations } from './inventory-tree/operations.ts';
import { buildPage, detailPage, diffPage } from './pages/detail-page.ts';
import { diffDownload } from './pages/diff-download.ts';
import { graphPage } from './pages/graph-page.ts';
import { listPage } from './pages/list-page.ts';
import { lookInto } from './pages/look-into.ts';
import { fluxGauge, fluxNavigation, fluxVersion } from './pages/navigation.ts';
import { anyObjectPage } from './pages/object-page.ts';
import { overviewPage } from './pages/overview-page.ts';
import { searchPage, searchPath } from './pages/search-page.ts';
import { searchPalette } from './pages/search-palette.ts';
import { suspendPage } from './pages/suspend-page.ts';
import { describePath } from './search/describe-path.ts';
import { kinds } from './kinds/index.ts';
import { pathOfObject } from './pages/object-view.ts';
import { fluxWatches } from './watches.ts';

/** What Sluice's own account needs: to watch all that is shown. Actions are done with the asker's rights. */
const rights: readonly AccessRule[] = fluxWatches.flatMap(({ group, resource }) =>
  ['get', 'list', 'watch'].map((verb) => ({ verb, group, resource })),
);

/** What the asker needs for actions, when Sluice acts for nobody but itself. */
const actingRights: readonly AccessRule[] = [
  ...kinds.map(({ group, plural }) => ({ verb: 'patch', group, resource: plural })),
  { verb: 'create', group: '', resource: 'events' },
];

/** Flux's objects as lists, pages, an overview, and what can be done to them. */
export const fluxPlugin = definePlugin({
  name: 'flux',
  title: 'Flux',
  config: z.strictObject({}),
  setup({ runs, tools, logger, isOn }) {
    removeLeftWorkFolders('build').catch((error: unknown) => {
      logger.warn({ err: error }, 'Folders of builds that were cut short could not be removed');
    });
    const diffs = createKeptDiffs(diffReader(tools));
    const context = { runs, operations: fluxOperations, diffs, tools, isOn };
    return {
      watches: fluxWatches,
      pages: [
        ...overviewPage(),
        ...lookInto.pages,
        graphPage(),
        listPage(context),
        detailPage(context),
        buildPage(context),
        diffPage(context),
        suspendPage(context),
        anyObjectPage(),
        searchPage(),
        searchPalette(),
      ],
      streams: lookInto.streams,
      downloads: [...lookInto.downloads, diffDownload(diffs)],
      operations: [...fluxOperations, ...inventoryOperations, ...buildOperations(tools), ...diffOperations(diffs)],
      rights: [...rights, ...actingRights],
      search: searchPath,
      navigation: (cluster, identity) => fluxNavigation(cluster, identity, new Date()),
      gauge: (cluster, identity) => fluxGauge(cluster, identity, new Date()),
      versionOf: fluxVersion,
      pageOf: pathOfObject,
      describe: (cluster, identity, path) => describePath(cluster, identity, path, new Date()),
    };
  },
});
