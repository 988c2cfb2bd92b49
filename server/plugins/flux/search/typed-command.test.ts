import { expect, test } from 'vitest';
import { typedCommand } from './typed-command.ts';

test.each([
  ['sync checkout', 'sync', 'checkout'],
  ['SUS  team-a/web', 'suspend', 'team-a/web'],
  ['reconcile web kind:hr', 'sync', 'web kind:hr'],
  ['res web', 'resume', 'web'],
  ['yaml web', 'yaml', 'web'],
])('%s', (typed, verb, rest) => {
  expect(typedCommand(typed)).toEqual({ verb, rest });
});

test.each(['sync', 'sync ', 'checkout web', 'sy web', ''])('“%s” is no command', (typed) => {
  expect(typedCommand(typed)).toBeUndefined();
});
