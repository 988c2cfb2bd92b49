import { expect, test } from 'vitest';
import { scaleObjects } from './scale.ts';

const now = new Date('2026-01-01T12:00:00Z');

test('as many Flux objects as asked for, with unique names, over 200 namespaces', () => {
  const objects = scaleObjects(2000, now);
  const flux = objects.filter(({ kind }) => kind !== 'Namespace');
  expect(flux).toHaveLength(2000);
  expect(objects.length - flux.length).toBe(200);
  expect(new Set(flux.map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`)).size).toBe(2000);
  expect(objects.findIndex(({ kind }) => kind !== 'Namespace')).toBe(200);
});

test('about one in twenty fails, and both workload kinds are there alike', () => {
  const workloads = scaleObjects(4000, now).filter(({ kind }) => kind === 'Kustomization' || kind === 'HelmRelease');
  const failing = workloads.filter((object) => JSON.stringify(object['status']).includes('"status":"False"'));
  const kustomizations = workloads.filter(({ kind }) => kind === 'Kustomization');
  expect(failing.length / workloads.length).toBeGreaterThan(0.03);
  expect(failing.length / workloads.length).toBeLessThan(0.07);
  expect(Math.abs(kustomizations.length - workloads.length / 2)).toBeLessThan(200);
});

test('the same count and time give the same objects', () => {
  expect(scaleObjects(500, now)).toEqual(scaleObjects(500, now));
});
