import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig } from './config.ts';
import { effectiveConfig } from './config/effective.ts';
import { definePlugin } from './plugins/define.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-config-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const flux = definePlugin({
  name: 'flux',
  title: 'Flux',
  config: z.strictObject({ webhookToken: z.string().optional(), rows: z.int().default(50) }),
  setup: () => ({}),
});

function load(given: { flags?: Record<string, string[]>; environment?: Record<string, string>; file?: string }) {
  if (given.file !== undefined) writeFileSync(join(directory, 'sluice.yaml'), given.file);
  return loadConfig({ flags: given.flags ?? {}, environment: given.environment ?? {}, directory, plugins: [flux] });
}

function problemsOf(given: Parameters<typeof load>[0]): readonly string[] {
  try {
    load(given);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.replaceAll(`${directory}/`, ''));
    throw error;
  }
  return [];
}

test('without anything given every option has its default', () => {
  const { config, origins } = load({});
  expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, demo: false, clusters: [], asGroup: [] });
  expect(config.plugins).toEqual({ flux: { enabled: true, section: { rows: 50 } } });
  expect(origins['port']).toBe('default');
});

test('a flag is stronger than the environment, the environment than the file, and each part tells where it came from', () => {
  const given = { file: 'host: 0.0.0.0\nport: 1\nlogLevel: debug\n', environment: { PORT: '2', HOST: '127.0.0.2' } };
  const { config, origins } = load({ ...given, flags: { port: ['3'] } });
  expect(config).toMatchObject({ port: 3, host: '127.0.0.2', logLevel: 'debug' });
  expect(origins).toMatchObject({ port: '--port', host: 'HOST in the environment' });
  expect(origins['logLevel']).toBe(`${join(directory, 'sluice.yaml')}, line 3`);
});

test('a variable with the prefix is stronger than the plain one', () => {
  expect(load({ environment: { PORT: '2', SLUICE_PORT: '4' } }).config.port).toBe(4);
});

test('lists are repeated flags or comma-separated', () => {
  const { config } = load({
    flags: { as: ['ada'], 'allowed-host': ['a', 'b,c'] },
    environment: { SLUICE_NAMESPACES: 'x, y', SLUICE_AS_GROUPS: 'd,e' },
  });
  expect(config.allowedHosts).toEqual(['a', 'b', 'c']);
  expect(config.namespaces).toEqual(['x', 'y']);
  expect(config.asGroup).toEqual(['d', 'e']);
});

test('a group given by a flag may hold commas, as those of a directory do', () => {
  const { config } = load({ flags: { as: ['ada'], 'as-group': ['cn=devs,dc=example,dc=com', 'a'] } });
  expect(config.asGroup).toEqual(['cn=devs,dc=example,dc=com', 'a']);
});

test('all problems of all places are told at once, also of what a stronger place overrides', () => {
  const problems = problemsOf({
    flags: { 'log-level': ['loud'] },
    environment: { PORT: 'abc' },
    file: 'port: 70000\nhots: x\nclusters:\n  - name: Up\n  - name: b\n    foo: 1\nplugins:\n  flx: {}\n  flux:\n    rows: many\n',
  });
  expect(problems).toHaveLength(8);
  expect(problems).toContain('sluice.yaml, line 2: there is no option hots; did you mean host?');
  expect(problems).toContain('sluice.yaml, line 8: there is no plugin flx; did you mean flux?');
  expect(problems.join('\n')).toMatch(/PORT in the environment: port must be a whole number .* not "abc"/);
  expect(problems.join('\n')).toMatch(/sluice.yaml, line 1: port must be .* not 70000/);
  expect(problems.join('\n')).toMatch(/sluice.yaml, line 6: clusters.1 knows no foo/);
  expect(problems.join('\n')).toMatch(/sluice.yaml, line 10: plugins.flux.rows/);
});

test('a file that is no YAML, or is named and not there, is a problem and no crash', () => {
  expect(problemsOf({ file: 'port: [1\n' }).join('\n')).toMatch(/sluice.yaml, line/);
  expect(problemsOf({ flags: { config: ['/nowhere/x.yaml'] } }).join('\n')).toContain('/nowhere/x.yaml cannot be read');
  expect(problemsOf({ file: '- a\n' }).join('\n')).toContain('must hold options by name');
});

test('a plugin is switched off in the file or by flag', () => {
  expect(load({ file: 'plugins:\n  flux:\n    enabled: false\n' }).config.plugins['flux']?.enabled).toBe(false);
  expect(load({ flags: { 'disable-plugin': ['flux'] } }).config.plugins['flux']?.enabled).toBe(false);
  expect(problemsOf({ flags: { 'disable-plugin': ['nothing'] } })).toHaveLength(1);
});

test('what does not go together is said', () => {
  expect(problemsOf({ flags: { 'as-group': ['a'] } }).join()).toContain('add --as');
  expect(problemsOf({ flags: { demo: ['true'], kubeconfig: ['x'] } }).join()).toContain('--kubeconfig');
  expect(problemsOf({ flags: { scale: ['9'], context: ['x'] } }).join()).toContain(
    '--scale: shows the embedded demo cluster, so --context',
  );
  expect(load({ flags: { demo: ['true'] }, environment: { KUBECONFIG: 'x' } }).config.demo).toBe(true);
  expect(problemsOf({ file: 'clusters:\n  - name: a\n  - name: a\n' }).join()).toContain('a second cluster is named a');
});

test('a story and a scale imply the demo', () => {
  expect(load({ flags: { story: ['outage'] } }).config.demo).toBe(true);
  expect(load({ flags: { scale: ['300'] } }).config).toMatchObject({ demo: true, scale: 300 });
  expect(problemsOf({ flags: { scale: ['many'] } })).toHaveLength(1);
});

test('the effective configuration is YAML with origins, and hides secrets', () => {
  const text = effectiveConfig(
    load({ file: 'plugins:\n  flux:\n    webhookToken: s3cret-value\n', environment: { PORT: '99' } }),
  );
  expect(text).toContain('# port: PORT in the environment\nport: 99');
  expect(text).toContain('webhookToken: "[hidden]"');
  expect(text).not.toContain('s3cret');
});

test('programs are told in a section of the file, by flag or by environment, and stand there again in what is in force', () => {
  const file = 'tools:\n  helm: /opt/helm\n  kustomize: /opt/kustomize\n';
  const loaded = load({ file, environment: { SLUICE_KUSTOMIZE: '/usr/bin/kustomize' } });
  expect(loaded.config).toMatchObject({ 'tools.helm': '/opt/helm', 'tools.kustomize': '/usr/bin/kustomize' });
  expect(loaded.origins['tools.helm']).toBe(`${join(directory, 'sluice.yaml')}, line 2`);
  expect(load({ file: effectiveConfig(loaded).replace(/^clusters:[^]*/m, '') }).config).toMatchObject({
    'tools.helm': '/opt/helm',
    'tools.kustomize': '/usr/bin/kustomize',
  });
  expect(problemsOf({ file: 'tools:\n  hlem: /opt/helm\n  kustomize: bin/kustomize\n' })).toEqual([
    'sluice.yaml, line 2: there is no option tools.hlem; did you mean tools.helm?',
    'sluice.yaml, line 3: tools.kustomize must be the absolute path of the program kustomize, not "bin/kustomize"',
  ]);
  expect(problemsOf({ file: 'tools: helm\n' })).toEqual(['sluice.yaml, line 1: tools must hold options by name']);
});
