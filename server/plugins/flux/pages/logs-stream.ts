import { z } from 'zod';
import { defineStream } from '../../../web/stream.ts';
import { followLogs } from '../log-lines/follow-logs.ts';
import { parseLogQuery } from '../log-lines/query.ts';
import { logRights, namespaceOf } from '../log-lines/read-logs.ts';
import { logLineView } from './log-line-view.ts';
import type { LogLineView } from './log-line-view.ts';

const instant = z.string().max(40);

const input = z.strictObject({
  /** The query string of the page. */
  query: z.string().max(4_000),
  /** Per `pod/container` the instant of the last line the page shows. */
  each: z.record(z.string().max(400), instant).refine((each) => Object.keys(each).length <= 200),
  /** When the page was read. */
  otherwise: instant,
});

/** What a log page shows, going on from where it ends. */
export const logsStream = defineStream<z.infer<typeof input>, LogLineView>({
  name: 'flux.logs',
  input,
  needs: ({ query }, cluster) => logRights(namespaceOf(parseLogQuery(new URLSearchParams(query)), cluster)),
  template: 'flux/log-line.njk',
  async *open({ query, each, otherwise }, { cluster, identity, signal }) {
    const asked = parseLogQuery(new URLSearchParams(query));
    for await (const lines of followLogs(cluster, identity, asked, { each, otherwise }, signal)) {
      yield lines.map(logLineView);
    }
  },
});
