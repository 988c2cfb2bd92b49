import { expect, test } from 'vitest';
import type { Change } from '../kube/cluster.ts';
import type { Topic } from './page.ts';
import { changeMatters, nextClock } from './topic-match.ts';

const resource = { group: 'g', resource: 'gadgets' };

function change(namespace: string, name: string): Change {
  const object = { apiVersion: 'g/v1', kind: 'Gadget', metadata: { namespace, name, uid: 'u', resourceVersion: '1' } };
  return { type: 'modified', resource, entry: { key: `${namespace}/${name}`, object, summary: {} } };
}

test.each<[Topic, boolean]>([
  [{ type: 'resource', resource }, true],
  [{ type: 'resource', resource: { group: 'other', resource: 'gadgets' } }, false],
  [{ type: 'resource', resource, namespace: 'a' }, true],
  [{ type: 'resource', resource, namespace: 'b' }, false],
  [{ type: 'resource', resource, namespace: 'a', name: 'one' }, true],
  [{ type: 'resource', resource, namespace: 'a', name: 'two' }, false],
  [{ type: 'connection' }, false],
  [{ type: 'runs' }, false],
])('a change of a/one and the topic %j: %s', (topic, matters) => {
  expect(changeMatters([topic], change('a', 'one'))).toBe(matters);
});

test('a change of a whole collection matters to every page about any of it', () => {
  const lost: Change = { type: 'state', resource };
  expect(changeMatters([{ type: 'resource', resource, namespace: 'b', name: 'x' }], lost)).toBe(true);
  expect(changeMatters([{ type: 'connection' }], lost)).toBe(true);
});

test('the soonest clock ahead counts', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const at = (second: number): Topic => ({ type: 'clock', at: new Date(now.getTime() + second * 1000) });
  expect(nextClock([at(-1), at(9), at(3)], now)).toEqual(new Date('2026-01-01T00:00:03Z'));
  expect(nextClock([at(-1)], now)).toBeUndefined();
});
