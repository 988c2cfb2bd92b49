import { constants } from 'node:os';
import type { LoadedConfig } from '../server/config.ts';
import { startServer } from '../server/main.ts';
import type { RunningServer } from '../server/main.ts';
import type { Plugin } from '../server/plugins/define.ts';
import { createLogger } from '../server/logger.ts';
import { endProcess } from './end-process.ts';

interface ServeOptions {
  loaded: LoadedConfig;
  plugins: readonly Plugin[];
  environment: Readonly<Record<string, string | undefined>>;
  homeDirectory: string;
}

/** Longer than the drain may take: what still has not ended then is left. */
const longestEnd = 12_000;

/** Ends the process as the signal does where nobody handles it. The first process of a container survives that. */
function endAtOnce(signal: 'SIGTERM' | 'SIGINT'): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  process.exit(128 + constants.signals[signal]);
}

/** Serves until it is told to end: the first SIGTERM or SIGINT drains, the second one ends at once. */
export async function serve({ loaded, plugins, environment, homeDirectory }: ServeOptions): Promise<void> {
  const logger = createLogger(loaded.config);
  let server: RunningServer | undefined;
  let ending = false;

  async function end(signal: 'SIGTERM' | 'SIGINT'): Promise<void> {
    if (ending || server === undefined) {
      endAtOnce(signal);
      return;
    }
    ending = true;
    logger.info({ signal }, 'Ending: no new requests, actions under way get a few seconds.');
    const late = setTimeout(() => {
      logger.error(`Not everything had ended after ${longestEnd / 1_000} seconds; it is left as it is.`);
      process.exit(1);
    }, longestEnd);
    let code = 0;
    try {
      await server.close();
    } catch (error) {
      logger.error({ err: error }, 'Not everything could be ended.');
      code = 1;
    }
    clearTimeout(late);
    endProcess(code);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'An error was not handled.'));

  server = await startServer({ loaded, plugins, logger, environment, homeDirectory });
  process.stdout.write(`${server.explanation}\nSluice serves ${server.url}\n`);
}
