import { expect, test } from 'vitest';
import type { Entry } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import { summarizeEvent } from './events.ts';
import type { EventSummary } from './events.ts';
import { eventParameters, eventsOnPage, parseEventFilter, selectEvents } from './select-events.ts';

let made = 0;
function event(kind: string, name: string, more: Record<string, unknown> = {}): Entry<EventSummary> {
  made += 1;
  const apiVersion = kind === 'Kustomization' ? 'kustomize.toolkit.fluxcd.io/v1' : 'v1';
  const object = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `e${made}`, namespace: 'shop', uid: `u${made}`, resourceVersion: '1' },
    involvedObject: { apiVersion, kind, namespace: 'shop', name },
    type: 'Normal',
    reason: 'Progressing',
    message: `about ${name}`,
    lastTimestamp: `2026-01-01T10:${String(Math.floor(made / 60) % 60).padStart(2, '0')}:${String(made % 60).padStart(2, '0')}Z`,
    ...more,
  } as unknown as KubeObject;
  return { key: `shop/e${made}`, object, summary: summarizeEvent(object) };
}

const filter = (text = '') => parseEventFilter(new URLSearchParams(text));

const some = () => [
  event('Kustomization', 'web'),
  event('Kustomization', 'web', { type: 'Warning', reason: 'BuildFailed', message: 'it took 3.1s' }),
  event('Kustomization', 'web', { type: 'Warning', reason: 'BuildFailed', message: 'it took 4.2s' }),
  event('Pod', 'web-1', { type: 'Warning', reason: 'BackOff' }),
];

test('events about objects of Flux, repeated ones folded, newest first', () => {
  const selected = selectEvents(some(), filter());
  expect(selected.rows.map(({ reason, count }) => [reason, count])).toEqual([
    ['BuildFailed', 2],
    ['Progressing', 1],
  ]);
  expect(selected.counts).toEqual({ warning: 1, normal: 1 });
  expect(selected.kinds).toEqual(['Kustomization', 'Pod']);
});

test('everything in the cluster, or one kind, severity, reason, words', () => {
  const of = (text: string) => selectEvents(some(), filter(text)).rows.map(({ reason }) => reason);
  expect(of('kind=any')).toEqual(['BackOff', 'BuildFailed', 'Progressing']);
  expect(of('kind=Pod')).toEqual(['BackOff']);
  expect(of('severity=warning')).toEqual(['BuildFailed']);
  expect(of('severity=normal')).toEqual(['Progressing']);
  expect(of('reason=BuildFailed')).toEqual(['BuildFailed']);
  expect(of('q=took')).toEqual(['BuildFailed']);
  expect(of('q=web+!took')).toEqual(['Progressing']);
  expect(of('namespace=other')).toEqual([]);
});

test('the severity does not change what is counted', () => {
  expect(selectEvents(some(), filter('severity=warning')).counts).toEqual({ warning: 1, normal: 1 });
});

test('a page at a time; beyond the last one is the last one', () => {
  const many = Array.from({ length: eventsOnPage + 3 }, (_, index) => event('Kustomization', `app-${index}`));
  const last = selectEvents(many, filter('page=99'));
  expect([last.page, last.pages, last.rows.length, last.total]).toEqual([2, 2, 3, eventsOnPage + 3]);
});

test('a change of the filter leads to the first page, and what cannot be is refused with its field', () => {
  expect(eventParameters(filter('q=web&page=3'), { severity: 'warning' })).toMatchObject({
    q: 'web',
    severity: 'warning',
    page: undefined,
  });
  for (const [field, value] of Object.entries({
    severity: 'loud',
    page: '0',
    kind: '<x>',
    reason: 'a b',
    namespace: 'A',
  })) {
    expect(() => filter(`${field}=${encodeURIComponent(value)}`)).toThrow(
      expect.objectContaining({ kind: 'invalid', field }),
    );
  }
});
