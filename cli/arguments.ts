import { parseArgs } from 'node:util';
import { nearest } from '../server/config/nearest.ts';
import { options } from '../server/config/options.ts';
import type { Option } from '../server/config/options.ts';
import { SluiceError } from '../server/errors.ts';

const commands = {
  serve: 'Serve the dashboard and the API (this is done when no command is given)',
  config: 'Print the configuration in force and where each part comes from',
  help: 'Print this help',
  version: 'Print the version',
} as const;

type Command = keyof typeof commands;

export interface Arguments {
  command: Command;
  /** By flag name without dashes, the texts in order; a switch without a value is `true`. */
  flags: Record<string, string[]>;
}

const switches = new Set(['help', 'version']);

function flagTypes(): Record<string, { type: 'string' | 'boolean'; multiple: true; short?: string }> {
  const types: Record<string, { type: 'string' | 'boolean'; multiple: true; short?: string }> = {
    help: { type: 'boolean', multiple: true, short: 'h' },
    version: { type: 'boolean', multiple: true, short: 'v' },
    config: { type: 'string', multiple: true, short: 'c' },
  };
  for (const option of Object.values(options) as Option[]) {
    types[option.flag] = { type: option.type === 'boolean' ? 'boolean' : 'string', multiple: true };
  }
  return types;
}

function usageError(problems: readonly string[]): SluiceError {
  return new SluiceError('invalid', problems.join('\n'), { wayOut: 'Run `sluice help` for the commands and options.' });
}

/** The command line as command and flags. Throws `invalid` that names every unknown word and the one it is like. */
export function parseArguments(words: readonly string[]): Arguments {
  const types = flagTypes();
  const { tokens } = parseArgs({
    args: [...words],
    options: types,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const flags: Record<string, string[]> = {};
  const positionals: string[] = [];
  const problems: string[] = [];

  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const type = types[token.name];
    if (type === undefined) {
      const meant = nearest(token.name, Object.keys(types));
      problems.push(`There is no option ${token.rawName}${meant === undefined ? '.' : `; did you mean --${meant}?`}`);
      continue;
    }
    if (type.type === 'string' && (token.value === undefined || (!token.inlineValue && token.value.startsWith('--')))) {
      problems.push(`The option ${token.rawName} needs a value.`);
      continue;
    }
    (flags[token.name] ??= []).push(token.value ?? 'true');
  }
  // What follows an unknown option may be its value: it is not called an unknown command as well.
  const [first, ...others] = problems.length > 0 ? [] : positionals;
  if (first !== undefined && !Object.hasOwn(commands, first)) {
    const meant = nearest(first, Object.keys(commands));
    problems.push(`There is no command ${first}${meant === undefined ? '.' : `; did you mean ${meant}?`}`);
  } else if (others.length > 0) {
    problems.push(`The command ${first} takes no further words: ${others.join(' ')}`);
  }
  if (problems.length > 0) throw usageError(problems);

  const asked = [...switches].find((name) => flags[name] !== undefined);
  for (const name of switches) delete flags[name];
  return { command: (asked ?? first ?? 'serve') as Command, flags };
}

/** The help as text. */
export function helpText(): string {
  const rows: [string, string][] = (Object.values(options) as Option[]).map((option) => [
    option.type === 'boolean' ? `--${option.flag}` : `--${option.flag} ${option.placeholder ?? 'VALUE'}`,
    `${option.summary} [${option.environment.join(', ')}]`,
  ]);
  rows.unshift(['-c, --config FILE', 'Configuration file, ./sluice.yaml when it is there [SLUICE_CONFIG]']);
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2;
  const commandRows = Object.entries(commands).map(([name, summary]) => `  ${name.padEnd(10)}${summary}`);
  return [
    'Sluice, a live dashboard for Flux CD',
    '',
    'Usage: sluice [command] [options]',
    '',
    'Commands:',
    ...commandRows,
    '',
    'Options (the variable of the environment that does the same in brackets):',
    ...rows.map(([flag, summary]) => `  ${flag.padEnd(width)}${summary}`),
    '',
    'Flags are stronger than the environment, the environment than the file.',
    'Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 not found, 4 forbidden, 5 unreachable, 6 timed out.',
    '',
  ].join('\n');
}
