import type { PluginParts } from '../../define.ts';
import { controllersPage } from './controllers-page.ts';
import { eventsPage } from './events-page.ts';
import { logsDownload } from './logs-download.ts';
import { logsPage } from './logs-page.ts';
import { logsStream } from './logs-stream.ts';

/** What is about Flux as a whole and not about one object: its events, its controllers and their logs. */
export const lookInto = {
  pages: [eventsPage(), logsPage(), controllersPage()],
  streams: [logsStream],
  downloads: [logsDownload],
} satisfies PluginParts;
