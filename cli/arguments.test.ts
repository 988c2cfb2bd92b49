import { expect, test } from 'vitest';
import { SluiceError } from '../server/errors.ts';
import { helpText, parseArguments } from './arguments.ts';

function refusal(words: string[]): string {
  try {
    parseArguments(words);
  } catch (error) {
    if (error instanceof SluiceError && error.kind === 'invalid') return error.message;
    throw error;
  }
  return '';
}

test('without a command it serves', () => {
  expect(parseArguments(['--port', '80', '--demo'])).toEqual({
    command: 'serve',
    flags: { port: ['80'], demo: ['true'] },
  });
});

test('flags may stand on either side of the command, repeated ones keep their order', () => {
  expect(parseArguments(['--as=ada', 'config', '--as-group', 'a', '--as-group=b'])).toEqual({
    command: 'config',
    flags: { as: ['ada'], 'as-group': ['a', 'b'] },
  });
});

test('--help and --version are commands wherever they stand', () => {
  expect(parseArguments(['serve', '--help']).command).toBe('help');
  expect(parseArguments(['-v']).command).toBe('version');
});

test('every unknown option is named, with the one it is like', () => {
  expect(refusal(['--prot', '80', '--xyzzy'])).toBe(
    'There is no option --prot; did you mean --port?\nThere is no option --xyzzy.',
  );
});

test('an unknown command is named, with the one it is like', () => {
  expect(refusal(['serv'])).toBe('There is no command serv; did you mean serve?');
  expect(refusal(['serve', 'now'])).toContain('takes no further words: now');
});

test('an option without its value is told', () => {
  expect(refusal(['--port'])).toBe('The option --port needs a value.');
  expect(refusal(['--port', '--demo'])).toBe('The option --port needs a value.');
});

test('the help names every option and the exit codes', () => {
  expect(helpText()).toContain('--disable-plugin NAME');
  expect(helpText()).toContain('[SLUICE_PORT, PORT]');
  expect(helpText()).toContain('5 unreachable');
});
