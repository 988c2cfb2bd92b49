import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { builtInResources } from '../api/resources.ts';
import { fluxResources } from '../api/flux/resources.ts';
import { validate } from '../api/object-rules.ts';
import { conditionOf } from './conditions.ts';
import { company } from './index.ts';

const now = new Date('2026-05-04T10:00:00Z');
const objects = company({ now });
const fluxObjects = objects.filter((object) => /fluxcd\.(?:io|controlplane\.io)\//.test(object.apiVersion));
const of = (kind: string) => objects.filter((object) => object.kind === kind);

test('every Flux kind is there', () => {
  const kinds = new Set(fluxObjects.map((object) => object.kind));
  expect(kinds).toEqual(new Set(fluxResources.map((resource) => resource.kind)));
  expect(fluxObjects.length).toBeGreaterThan(150);
});

test('no two objects have the same name', () => {
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
});

test('every namespace that is used exists, and stands before what lies in it', () => {
  const seen = new Set<string>();
  const homeless = objects.filter(({ kind, metadata }) => {
    if (kind === 'Namespace') seen.add(metadata.name);
    return metadata.namespace !== undefined && !seen.has(metadata.namespace);
  });
  expect(homeless).toEqual([]);
});

test('every object is one that the API server would take', () => {
  for (const object of objects) {
    const version = object.apiVersion;
    const definition = [...fluxResources, ...builtInResources].find(
      ({ group, version: served, kind }) =>
        kind === object.kind && (group === '' ? served : `${group}/${served}`) === version,
    );
    if (definition === undefined) throw new Error(`${version} ${object.kind} is not served`);
    expect(() => validate(definition, object), `${object.kind} ${object.metadata.name}`).not.toThrow();
  }
});

test('nothing lies in the future', () => {
  const instants = JSON.stringify(objects).match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g) ?? [];
  expect(instants.length).toBeGreaterThan(1000);
  expect(instants.filter((instant) => Date.parse(instant) > now.getTime())).toEqual([]);
});

test('the same company comes out every time', () => {
  expect(company({ now })).toEqual(objects);
});

test('objects stand in every state', () => {
  const counted = (matches: (object: (typeof objects)[number]) => boolean) => fluxObjects.filter(matches).length;
  const is = (type: string, status: string) => (object: (typeof objects)[number]) =>
    conditionOf(object.status, type)?.status === status;
  const suspended = (object: (typeof objects)[number]) => object.spec?.['suspend'] === true;
  expect(counted(is('Ready', 'True'))).toBeGreaterThan(60);
  expect(counted(is('Ready', 'False'))).toBeGreaterThan(20);
  expect(counted(is('Ready', 'Unknown'))).toBeGreaterThanOrEqual(3);
  expect(counted(is('Stalled', 'True'))).toBeGreaterThanOrEqual(3);
  expect(counted((object) => suspended(object) && is('Ready', 'True')(object))).toBeGreaterThanOrEqual(3);
  expect(counted((object) => suspended(object) && is('Ready', 'False')(object))).toBeGreaterThanOrEqual(3);
  expect(
    counted((object) => conditionOf(object.status, 'Ready')?.reason === 'DependencyNotReady'),
  ).toBeGreaterThanOrEqual(4);
  expect(counted((object) => object.metadata.deletionTimestamp !== undefined)).toBeGreaterThanOrEqual(2);
  expect(
    counted((object) => object.status?.['observedGeneration'] === -1 && object.status['conditions'] === undefined),
  ).toBeGreaterThanOrEqual(3);
  expect(
    counted(
      (object) =>
        Number(object.status?.['observedGeneration']) > 0 &&
        object.status?.['observedGeneration'] !== object.metadata.generation,
    ),
  ).toBeGreaterThanOrEqual(1);
});

test('failures have many different causes', () => {
  const reasons = fluxObjects
    .map((object) => conditionOf(object.status, 'Ready'))
    .filter((condition) => condition?.status === 'False')
    .map((condition) => condition?.reason);
  expect(new Set(reasons).size).toBeGreaterThanOrEqual(15);
});

test('credentials hide in addresses and in messages', () => {
  const withCredentials = fluxObjects.filter((object) => JSON.stringify(object).includes(':s3cret@'));
  expect(withCredentials.map((object) => object.kind)).toEqual(expect.arrayContaining(['GitRepository', 'Provider']));
  const messages = of('GitRepository').map((object) => conditionOf(object.status, 'Ready')?.message ?? '');
  expect(messages.some((message) => message.includes(':s3cret@'))).toBe(true);
});

test("what an inventory names of the company's own kinds exists", () => {
  const known = new Set(
    objects.map(({ kind, metadata }) => `${metadata.namespace ?? ''}_${metadata.name.replaceAll(':', '__')}_${kind}`),
  );
  const missing: string[] = [];
  for (const object of fluxObjects) {
    const { entries = [] } = (object.status?.['inventory'] ?? {}) as { entries?: { id: string }[] };
    if (!Array.isArray(entries)) continue;
    for (const { id } of entries) {
      const parts = id.split('_');
      const kind = parts.at(-1) ?? '';
      const identity = `${parts[0]}_${parts.slice(1, -2).join('_')}_${kind}`;
      if (!known.has(identity)) missing.push(`${object.metadata.name}: ${id}`);
    }
  }
  expect(missing).toEqual([]);
});

test("Helm's storage can be read as Helm reads it", () => {
  const secret = of('Secret').find((object) => object['type'] === 'helm.sh/release.v1');
  if (secret === undefined) throw new Error('Helm keeps nothing');
  const { release } = secret['data'] as { release: string };
  const inner = Buffer.from(release, 'base64').toString();
  const decoded = JSON.parse(gunzipSync(Buffer.from(inner, 'base64')).toString()) as Record<string, unknown>;
  expect(decoded).toMatchObject({
    name: secret.metadata.labels?.['name'],
    info: { status: secret.metadata.labels?.['status'] },
  });
});

test('no Secret holds anything but what says it is invented', () => {
  for (const secret of of('Secret').filter((object) => object['type'] === 'Opaque')) {
    for (const value of Object.values(secret['data'] as Record<string, string>)) {
      expect(Buffer.from(value, 'base64').toString()).toContain('not-a-secret');
    }
  }
});
