import { expect, test } from 'vitest';
import type { KubeObject } from '../../server/kube/object.ts';
import { fieldSelector, labelSelector, selectedName } from './selectors.ts';

function object(labels: Record<string, string> | undefined, more: object = {}): KubeObject {
  const metadata = { name: 'one', namespace: 'a', uid: '1', resourceVersion: '1', ...(labels && { labels }) };
  return { apiVersion: 'v1', kind: 'Thing', metadata, ...more };
}

test.each([
  ['', [true, true, true]],
  ['colour', [true, true, false]],
  ['!colour', [false, false, true]],
  ['colour=red', [true, false, false]],
  ['colour==red', [true, false, false]],
  ['colour!=red', [false, true, true]],
  ['colour in (red, blue)', [true, true, false]],
  ['colour notin (red)', [false, true, true]],
  ['colour,colour!=red', [false, true, false]],
  ['colour in (red,blue),colour!=blue', [true, false, false]],
])('label selector %s', (selector, expected) => {
  const selects = labelSelector(selector);
  expect([object({ colour: 'red' }), object({ colour: 'blue' }), object(undefined)].map(selects)).toEqual(expected);
});

test.each(['a===b', 'a b', '-a', 'a in red', 'a=/'])('label selector %s is refused', (selector) => {
  expect(() => labelSelector(selector)).toThrow('unable to parse requirement');
});

test('field selectors look at what the resource offers', () => {
  const event = object(undefined, { type: 'Warning', involvedObject: { kind: 'Kustomization', name: 'apps' } });
  const selects = (selector: string) => fieldSelector(selector, '/events')(event);
  expect(selects('metadata.name=one,metadata.namespace=a')).toBe(true);
  expect(selects('involvedObject.name=apps,type!=Normal')).toBe(true);
  expect(selects('involvedObject.name=infra')).toBe(false);
  expect(selects('reason=')).toBe(true);
  expect(() => fieldSelector('type=Warning', '/configmaps')).toThrow('field label not supported: type');
  expect(() => fieldSelector('metadata.name', '/configmaps')).toThrow("can't understand 'metadata.name'");
});

test('the name that a field selector asks for', () => {
  expect(selectedName('type=Warning,metadata.name=one')).toBe('one');
  expect(selectedName('metadata.name!=one')).toBeUndefined();
  expect(selectedName(null)).toBeUndefined();
});
