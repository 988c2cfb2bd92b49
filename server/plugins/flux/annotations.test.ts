import { expect, test } from 'vitest';
import { isSuspended, suspensionOf, suspensionPatch } from './annotations.ts';
import { artifactGenerator } from './kinds/artifact-generator.ts';
import { kinds } from './kinds/index.ts';
import { fluxObject } from './testing/situations.ts';

test('only the boolean true suspends', () => {
  for (const suspend of [false, 'true', 1, null, {}])
    expect(isSuspended(fluxObject('Kustomization', 'a', { spec: { suspend } }))).toBe(false);
  expect(isSuspended(fluxObject('Kustomization', 'a', { spec: { suspend: true } }))).toBe(true);
});

test('the annotations of an earlier suspension say nothing about an object that runs', () => {
  const annotations = { 'sluice.dev/suspended-by': 'kim' };
  expect(suspensionOf(fluxObject('Kustomization', 'a', { metadata: { annotations } }))).toBeUndefined();
});

test('a time that is none is not passed on', () => {
  const annotations = { 'sluice.dev/suspended-at': 'yesterday' };
  const suspension = suspensionOf(
    fluxObject('Kustomization', 'a', { metadata: { annotations }, spec: { suspend: true } }),
  );
  expect(suspension).toEqual({ by: undefined, at: undefined, reason: undefined });
});

test('what the patch writes, every kind reads as suspended, and back', () => {
  for (const kind of kinds.filter(({ actions }) => actions.suspend)) {
    const patched = (suspend: boolean) => {
      const { annotations, spec } = suspensionPatch(kind, suspend);
      return fluxObject(kind.kind, 'a', { metadata: { annotations }, ...(spec === undefined ? {} : { spec }) });
    };
    expect(isSuspended(patched(true))).toBe(true);
    expect(isSuspended(patched(false))).toBe(false);
  }
  expect(suspensionPatch(artifactGenerator, true)).toEqual({
    annotations: { 'source.extensions.fluxcd.io/reconcile': 'disabled' },
  });
});

test("the operator's annotation suspends the operator's kinds, and nothing else that carries it", () => {
  const metadata = { annotations: { 'fluxcd.controlplane.io/reconcile': 'Disabled' } };
  expect(isSuspended(fluxObject('ResourceSet', 'a', { metadata }))).toBe(true);
  expect(isSuspended(fluxObject('Kustomization', 'a', { metadata }))).toBe(false);
});
