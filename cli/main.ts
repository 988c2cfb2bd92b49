import { homedir } from 'node:os';
import { loadConfig } from '../server/config.ts';
import { effectiveConfig } from '../server/config/effective.ts';
import { asSluiceError, errorKinds } from '../server/errors.ts';
import { builtInPlugins } from '../server/plugins/built-in.ts';
import { version } from '../server/version.ts';
import { helpText, parseArguments } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { endProcess } from './end-process.ts';

async function execute({ command, flags }: Arguments): Promise<void> {
  if (command === 'help') {
    process.stdout.write(helpText());
    return;
  }
  if (command === 'version') {
    process.stdout.write(`sluice ${version()}\n`);
    return;
  }
  const plugins = builtInPlugins;
  const loaded = loadConfig({ flags, environment: process.env, directory: process.cwd(), plugins });
  if (command === 'config') {
    process.stdout.write(effectiveConfig(loaded));
    return;
  }
  // The server's modules are many; what only prints does without them.
  const { serve } = await import('./serve.ts');
  await serve({ loaded, plugins, environment: process.env, homeDirectory: homedir() });
}

/** What the launcher set for this process has been read when it began; it is not passed on to exec plugins and tools. */
function forgetLauncherEnvironment(): void {
  for (const name of (process.env['SLUICE_LAUNCHER_ADDED'] ?? '').split(',')) delete process.env[name];
  delete process.env['SLUICE_LAUNCHER_ADDED'];
}

forgetLauncherEnvironment();
try {
  await execute(parseArguments(process.argv.slice(2)));
} catch (thrown) {
  const error = asSluiceError(thrown);
  const lines = [`sluice: ${error.message}`, error.wayOut].filter((line) => line !== undefined);
  process.stderr.write(`${lines.join('\n')}\n`);
  if (error.kind === 'internal' && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? thrown.message}\n`);
  endProcess(errorKinds[error.kind].exitCode);
}
