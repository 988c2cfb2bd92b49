import type { LoadedConfig } from '../server/config.ts';
import { startServer } from '../server/main.ts';
import type { RunningServer } from '../server/main.ts';
import type { Plugin } from '../server/plugins/define.ts';
import { createLogger } from '../server/logger.ts';

interface ServeOptions {
  loaded: LoadedConfig;
  plugins: readonly Plugin[];
  environment: Readonly<Record<string, string | undefined>>;
  homeDirectory: string;
}

/** Serves until it is told to end: the first SIGTERM or SIGINT drains, the second one ends at once. */
export async function serve({ loaded, plugins, environment, homeDirectory }: ServeOptions): Promise<void> {
  const logger = createLogger(loaded.config);
  let server: RunningServer | undefined;
  let ending = false;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (ending || server === undefined) process.exit(signal === 'SIGINT' ? 130 : 143);
    ending = true;
    logger.info({ signal }, 'Ending: no new requests, actions under way get a few seconds.');
    await server.close();
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'An error was not handled.'));

  server = await startServer({ loaded, plugins, logger, environment, homeDirectory });
  process.stdout.write(`${server.explanation}\nSluice serves ${server.url}\n`);
}
