import { expect, test } from 'vitest';
import { kindOf } from '../kinds/index.ts';
import { fluxObject } from '../testing/situations.ts';
import { explain } from './explain.ts';

function said(kind: string, message: string, spec: Record<string, unknown> = {}): string {
  const object = fluxObject(kind, 'a', { spec });
  const definition = kindOf(object.apiVersion.split('/')[0] ?? '', kind);
  if (definition === undefined) throw new Error(kind);
  return explain(message, { object, kind: definition });
}

test('for whom a ResourceSet waits', () => {
  const dependency = 'Retrying dependency check: dependency fluxcd.controlplane.io/v1';
  expect(said('ResourceSet', `${dependency}/ResourceSetInputProvider/shop/tags not ready`)).toBe(
    'waits for ResourceSetInputProvider shop/tags, which is not ready',
  );
  expect(said('ResourceSet', `${dependency}/ResourceSet/apps not found: resourcesets "apps" not found`)).toBe(
    'waits for ResourceSet apps, which does not exist',
  );
});

test('a template that asks for what no input has', () => {
  const message =
    'build failed: failed to build resources: failed to execute template: template: resourceset:4:17: executing "resourceset" at <inputs.team>: map has no entry for key "team"';
  expect(said('ResourceSet', message)).toBe(
    "the template's line 4 asks for inputs.team, which an input does not have: add team to every input, or correct the template",
  );
  expect(said('ResourceSet', 'build failed: failed to parse template: template: resourceset:2: unclosed action')).toBe(
    'the template cannot be rendered, line 2: unclosed action',
  );
});

test('an input provider that is refused', () => {
  const message =
    'failed to call Git provider: failed to list tags: GET https://git.example.com/api: 401 {message: 401 Unauthorized}';
  expect(said('ResourceSetInputProvider', message, { secretRef: { name: 'token' } })).toBe(
    'git.example.com refuses the credentials: check Secret shop/token',
  );
  expect(said('ResourceSetInputProvider', message)).toContain('give it credentials (spec.secretRef)');
});

test('the words mean this for the operator only', () => {
  expect(said('FluxInstance', 'fetch failed: no such host')).toMatch(/^The manifests of the distribution/);
  expect(said('Kustomization', 'fetch failed: no such host')).not.toMatch(/distribution/);
});
