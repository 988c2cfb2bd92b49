import { expect, test } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { eventsOf, foldEvents, summarizeEvent, trimEvent } from './events.ts';
import type { EventSummary } from './events.ts';
import { testCollection } from './testing/collection.ts';
import { fluxObject } from './testing/situations.ts';

const cart = fluxObject('Kustomization', 'cart');
let made = 0;

function event(parts: Record<string, unknown>, about: KubeObject = cart): KubeObject {
  made += 1;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `e${made}`, namespace: 'shop', uid: `event-${made}`, resourceVersion: '1' },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      namespace: about.metadata.namespace,
      name: about.metadata.name,
      uid: about.metadata.uid,
    },
    type: 'Normal',
    reason: 'ReconciliationSucceeded',
    message: 'Reconciliation finished in 104ms, next run in 5m0s',
    firstTimestamp: '2026-03-02T08:00:00Z',
    lastTimestamp: '2026-03-02T08:00:00Z',
    count: 1,
    reportingComponent: 'kustomize-controller',
    ...parts,
  };
}

function entriesOf(events: readonly KubeObject[]) {
  return testCollection<EventSummary>(
    { group: '', resource: 'events', kind: 'Event', summarize: summarizeEvent },
    events.map(trimEvent),
  ).entries();
}

test('repeated events are one, with all their counts, the newest first', () => {
  const told = eventsOf(
    entriesOf([
      event({ count: 3, lastTimestamp: '2026-03-02T08:10:00Z' }),
      event({
        message: 'Reconciliation finished in 1.204s, next run in 5m0s',
        firstTimestamp: '2026-03-02T07:00:00Z',
        lastTimestamp: '2026-03-02T08:20:00Z',
      }),
      event({ type: 'Warning', reason: 'BuildFailed', message: 'no', lastTimestamp: '2026-03-02T08:15:00Z' }),
    ]),
    cart,
  );
  expect(
    told.map(({ reason, count, firstAt, lastAt, warning, message }) => ({
      reason,
      count,
      firstAt,
      lastAt,
      warning,
      message,
    })),
  ).toEqual([
    {
      reason: 'ReconciliationSucceeded',
      count: 4,
      firstAt: '2026-03-02T07:00:00Z',
      lastAt: '2026-03-02T08:20:00Z',
      warning: false,
      message: 'Reconciliation finished in 1.204s, next run in 5m0s',
    },
    {
      reason: 'BuildFailed',
      count: 1,
      firstAt: '2026-03-02T08:00:00Z',
      lastAt: '2026-03-02T08:15:00Z',
      warning: true,
      message: 'no',
    },
  ]);
});

test('other messages, reasons and objects stay apart', () => {
  const other = fluxObject('Kustomization', 'other');
  expect(
    foldEvents(
      entriesOf([
        event({ message: 'a' }),
        event({ message: 'b' }),
        event({ message: 'a', reason: 'X' }),
        event({ message: 'a' }, other),
      ]),
    ),
  ).toHaveLength(4);
});

test('only events of this very object', () => {
  const former = { ...cart, metadata: { ...cart.metadata, uid: 'former' } };
  const elsewhere = { ...cart, metadata: { ...cart.metadata, namespace: 'media' } };
  const namesake = { ...cart, apiVersion: 'kustomize.example.com/v1' };
  const newer = { ...cart, apiVersion: 'kustomize.toolkit.fluxcd.io/v2' };
  const withoutUid = event({ message: 'without uid' });
  delete (withoutUid['involvedObject'] as { uid?: string }).uid;
  const told = eventsOf(
    entriesOf([
      event({ message: 'former' }, former),
      event({ message: 'elsewhere' }, elsewhere),
      event({ message: 'namesake' }, namesake),
      event({ message: 'another version' }, newer),
      withoutUid,
    ]),
    cart,
  );
  expect(told.map(({ message }) => message).toSorted()).toEqual(['another version', 'without uid']);
});

test('both shapes of Event are understood', () => {
  const newShape = summarizeEvent({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: 'x',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-03-02T08:00:00Z',
    },
    regarding: { apiVersion: cart.apiVersion, kind: 'Kustomization', namespace: 'shop', name: 'cart' },
    note: 'done',
    type: 'Warning',
    reason: 'R',
    eventTime: '2026-03-02T08:00:00.123456Z',
    series: { count: 7, lastObservedTime: '2026-03-02T08:30:00.000000Z' },
    reportingController: 'c',
  });
  expect(newShape).toMatchObject({
    message: 'done',
    warning: true,
    count: 7,
    component: 'c',
    lastAt: '2026-03-02T08:30:00.000000Z',
    firstAt: '2026-03-02T08:00:00.123456Z',
    about: { name: 'cart', group: 'kustomize.toolkit.fluxcd.io' },
  });
});

test('no event tells a password', () => {
  const told = summarizeEvent(event({ message: `unable to clone 'https://u:planted@git.example.com'` }));
  expect(JSON.stringify(told)).not.toContain('planted');
});
