import type { Download } from '../../../web/download.ts';
import { parseLogQuery } from '../log-lines/query.ts';
import { readLogs } from '../log-lines/read-logs.ts';
import { logsPath } from './logs-page-model.ts';

/** So many lines go into a file. */
const mostInFile = 50_000;

/** The log of a page as a text file: time, source, and the line as it was written, masked. */
export const logsDownload: Download = {
  path: `${logsPath}/download`,
  async make({ cluster, identity, query, now }) {
    const asked = { ...parseLogQuery(query), tail: mostInFile };
    const { lines, chosen, namespace } = await readLogs(cluster, identity, asked, mostInFile);
    const several = chosen.sources.length > 1;
    const text = lines.map(({ at = '', source, raw }) => `${at} ${several ? `${source.label} ` : ''}${raw}\n`).join('');
    const what = asked.pod ?? asked.controller ?? namespace;
    return { fileName: `${what}-${now.toISOString().slice(0, 19).replaceAll(':', '')}.log`, text };
  },
};
