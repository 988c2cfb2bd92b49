import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const countGenerated = `
import { registerHooks } from 'node:module';
let generated = 0;
registerHooks({
  load(url, context, nextLoad) {
    if (/client-node\\/dist\\/gen\\/(models|apis|types)\\//.test(url)) generated += 1;
    return nextLoad(url, context);
  },
});
const { KubeConfig } = await import('./client-node.ts');
const config = new KubeConfig();
config.loadFromClusterAndUser({ name: 'a', server: 'https://a.invalid' }, { name: 'b', token: 'c' });
console.log(JSON.stringify({ generated, server: config.getCurrentCluster().server }));
`;

test('loads the configuration part of the client library without its generated classes', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', countGenerated], {
    cwd: import.meta.dirname,
  });
  expect(JSON.parse(stdout)).toEqual({ generated: 0, server: 'https://a.invalid' });
});
