import { expect, test } from 'vitest';
import { complaintOf } from './complaint.ts';

test('tells what kustomize says, without the folders of this machine', () => {
  const stderr =
    "# Warning: 'bases' is deprecated.\nError: accumulating resources from 'x.yaml': open /tmp/w/deploy/x.yaml: no such file\n";
  expect(complaintOf(stderr, '/tmp/w')).toBe("accumulating resources from 'x.yaml': open deploy/x.yaml: no such file");
  expect(complaintOf('', '/tmp/w')).toBe('it does not say why.');
});

test.each([
  [
    'Error: trouble configuring builtin PatchTransformer with config: `\npatch: |\n  kind: Secret\n  stringData: {pin: open-sesame}\n`: unable to parse SM or JSON patch from [patch: "kind: Secret\\nstringData: {pin: open-sesame}"]\n',
    'trouble configuring builtin PatchTransformer with its config: unable to parse SM or JSON patch',
  ],
  [
    'Error: loading KV pairs: literal sources [open-sesame]: invalid literal source open-sesame, expected key=value\n',
    'loading KV pairs: a literal is not of the form key=value',
  ],
  [
    'Error: wrong node kind: expected MappingNode but got SequenceNode: node contents:\n- open-sesame\n',
    'wrong node kind: expected MappingNode but got SequenceNode',
  ],
  [
    `error: "command failed" err="loading KV pairs: literal sources [open-sesame]: invalid literal source open-sesame, expected key=value"`,
    'loading KV pairs: a literal is not of the form key=value',
  ],
])('does not tell what kustomize was given: %s', (stderr, told) => {
  expect(complaintOf(stderr, '/tmp/w')).toBe(told);
});
