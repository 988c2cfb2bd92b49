import { expect, test } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { alertHealth, deliveryPanel, providerHealth } from './notification-health.ts';
import { fluxObject } from './testing/situations.ts';
import { entryOf, surroundingsOf } from './testing/surroundings.ts';

const alert = (name: string, spec: Record<string, unknown> = {}) =>
  fluxObject('Alert', name, { spec: { providerRef: { name: 'chat' }, eventSources: [], ...spec } });
const chat = fluxObject('Provider', 'chat', { spec: { type: 'slack' } });

/** An Event as notification-controller leaves it behind. */
function notSent(about: KubeObject, message: string, event: Record<string, unknown> = {}): KubeObject {
  const { name, namespace = '', uid } = about.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${message.length}`, namespace, uid: `event ${message}`, resourceVersion: '1' },
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid },
    reason: 'NotificationDispatchFailed',
    type: 'Warning',
    message,
    count: 1,
    firstTimestamp: '2026-03-02T08:50:00Z',
    lastTimestamp: '2026-03-02T08:50:00Z',
    source: { component: 'notification-controller' },
    ...event,
  };
}

const timedOut = (about: string) =>
  `failed to send notification for ${about}: postMessage failed: failed to execute request: context deadline exceeded`;

test('silence is no proof: without a failure nothing more is claimed', () => {
  const all = alert('all');
  const health = alertHealth(entryOf(all), surroundingsOf({ objects: [all, chat] }));
  expect(health).toEqual({
    state: 'none',
    sentence: 'No failure was seen in the last hour. Flux does not report what it did send.',
    failures: [],
  });
});

test('failures of one cause are told together, with the latest of them', () => {
  const all = alert('all');
  const events = [
    notSent(all, timedOut('Kustomization/shop/cart'), { lastTimestamp: '2026-03-02T08:40:00Z', count: 4 }),
    notSent(all, timedOut('HelmRelease/shop/web')),
  ];
  const health = alertHealth(entryOf(all), surroundingsOf({ objects: [all, chat], events }));
  expect(health.state).toBe('failing');
  expect(health.sentence).toBe(
    '5 notifications were not sent in the last hour: context deadline exceeded. Flux reports failures only; later ones may have arrived.',
  );
  expect(health.failures).toEqual([
    {
      alert: expect.objectContaining({ kind: 'Alert', name: 'all', namespace: 'shop' }) as unknown,
      about: 'HelmRelease/shop/web',
      cause: 'context deadline exceeded',
      count: 5,
      lastAt: '2026-03-02T08:50:00Z',
    },
  ]);
  expect(deliveryPanel(health, false).rows).toMatchObject([
    { text: 'HelmRelease/shop/web', how: '5 times, latest', what: 'context deadline exceeded' },
  ]);
});

test('old events, other reasons and a former alert of the same name say nothing', () => {
  const all = alert('all');
  const events = [
    notSent(all, timedOut('Kustomization/shop/a'), { lastTimestamp: '2026-03-02T07:59:59Z' }),
    notSent(all, timedOut('Kustomization/shop/b'), { reason: 'Succeeded' }),
    notSent({ ...all, metadata: { ...all.metadata, uid: 'former' } }, timedOut('Kustomization/shop/c')),
    notSent(alert('another'), timedOut('Kustomization/shop/d')),
  ];
  expect(alertHealth(entryOf(all), surroundingsOf({ objects: [all, chat], events })).state).toBe('none');
});

test('where it was sent to is never told', () => {
  const all = alert('all');
  const message =
    'failed to send notification for Kustomization/shop/cart: postMessage failed: Post "https://hooks.example.com/planted/path?x=planted": dial tcp: refused';
  const health = alertHealth(entryOf(all), surroundingsOf({ objects: [all, chat], events: [notSent(all, message)] }));
  expect(JSON.stringify(health)).not.toContain('planted');
  expect(health.sentence).toContain('https://hooks.example.com/***');
});

test('a provider that is missing or suspended, and an alert that is', () => {
  const all = alert('all');
  expect(alertHealth(entryOf(all), surroundingsOf({ objects: [all] }))).toMatchObject({
    state: 'failing',
    sentence: 'Its Provider chat does not exist: nothing can be sent.',
  });
  // Who may not see Providers cannot tell that it is missing.
  expect(alertHealth(entryOf(all), surroundingsOf({ objects: [all, chat], hidden: ['Provider'] })).state).toBe('none');
  const still = fluxObject('Provider', 'chat', { spec: { type: 'slack', suspend: true } });
  expect(alertHealth(entryOf(all), surroundingsOf({ objects: [all, still] })).sentence).toContain('chat is suspended');
  const held = alert('all', { suspend: true });
  expect(alertHealth(entryOf(held), surroundingsOf({ objects: [held, chat] })).state).toBe('suspended');
});

test('a provider gathers what its alerts could not send', () => {
  const [one, other] = [alert('one'), alert('other')];
  const elsewhere = alert('elsewhere', { providerRef: { name: 'pager' } });
  const events = [one, other, elsewhere].map((each) =>
    notSent(each, timedOut(`Kustomization/shop/of-${each.metadata.name}`)),
  );
  const around = surroundingsOf({ objects: [one, other, elsewhere, chat], events });
  const health = providerHealth(entryOf(chat), around);
  expect(health.failures.map((failure) => failure.alert.name).toSorted()).toEqual(['one', 'other']);
  expect(health.sentence).toMatch(/^2 notifications were not sent/);
  expect(
    deliveryPanel(health, true)
      .rows?.map((row) => row.reference?.name)
      .toSorted(),
  ).toEqual(['one', 'other']);
});

test('a provider nobody uses, and events that may not be listed', () => {
  expect(providerHealth(entryOf(chat), surroundingsOf({ objects: [chat] }))).toMatchObject({
    state: 'waiting',
    sentence: 'No Alert sends anything through it.',
  });
  const all = alert('all');
  const blind = surroundingsOf({ objects: [all, chat], events: undefined });
  expect(providerHealth(entryOf(chat), blind).sentence).toContain('you may not list them here');
});
