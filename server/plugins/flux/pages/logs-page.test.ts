import { io } from 'socket.io-client';
import { afterEach, expect, test, vi } from 'vitest';
import type { KubeRequest } from '../../../kube/cluster.ts';
import { KubeError } from '../../../kube/kube-error.ts';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';

let app: FluxApp;
afterEach(async () => {
  await app.close();
});

const pod = (controller: string, container: object = {}, namespace = 'flux-system') => ({
  metadata: {
    name: `${controller}-1`,
    namespace,
    labels: { app: controller, 'app.kubernetes.io/part-of': namespace === 'flux-system' ? 'flux' : 'shop' },
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { containers: [{ name: 'manager', image: 'ghcr.io/fluxcd/x:v1' }] },
  status: {
    phase: 'Running',
    containerStatuses: [{ name: 'manager', ready: true, restartCount: 0, state: { running: {} }, ...container }],
  },
});

const at = (second: number) => `2026-01-01T10:00:${String(second).padStart(2, '0')}.000000000Z`;
const line = (second: number, fields: object) =>
  `${at(second)} ${JSON.stringify({ level: 'info', ts: at(second), msg: `at ${second}`, ...fields })}`;
const about = (name: string) => ({
  controllerKind: 'Kustomization',
  controllerGroup: 'kustomize.toolkit.fluxcd.io',
  namespace: 'shop',
  name,
});

interface World {
  pods?: object[];
  /** By pod: the text of its log, or what is refused. */
  logs?: Record<string, string | KubeError>;
  previous?: Record<string, string>;
  /** What is written after `follow`. */
  followed?: Record<string, () => AsyncIterable<string>>;
}

/** A cluster whose API server knows these pods and their logs. */
async function start(
  { pods = [], logs = {}, previous = {}, followed = {} }: World,
  allow?: (subresource: string) => boolean,
) {
  app = await startFluxApp({
    ...(allow !== undefined && { allow: (rule) => rule.resource !== 'pods' || allow(rule.subresource ?? '') }),
  });
  app.cluster.answer((request) => answerTo(request));
  function answerTo({ path, query = {} }: KubeRequest): unknown {
    if (path.endsWith('/pods')) return { items: pods };
    const name = /\/pods\/([^/]+)\/log$/.exec(path)?.[1];
    if (name === undefined) return undefined;
    if (query['follow'] === 'true') return followed[name]?.() ?? [];
    if (query['previous'] === 'true') {
      if (previous[name] !== undefined) return previous[name];
      throw refusal(400, `previous terminated container "manager" in pod "${name}" not found`);
    }
    const text = logs[name] ?? '';
    if (typeof text !== 'string') throw text;
    return text.split('\n').slice(-Number(query['tailLines'])).join('\n');
  }
}

const refusal = (httpStatus: number, message: string) =>
  new KubeError(httpStatus === 403 ? 'forbidden' : 'invalid', message, { httpStatus, reason: 'BadRequest' });

const requestsOf = (part: string) => app.cluster.requests.filter(({ path }) => path.endsWith(part));

test('lines of all controllers stand in the order of time, linked to their objects, with what was said', async () => {
  await start({
    pods: [pod('kustomize-controller'), pod('source-controller')],
    logs: {
      'kustomize-controller-1': [
        line(1, about('web')),
        line(4, { ...about('web'), level: 'error', error: 'no such path', revision: 'main@sha1:abc' }),
      ].join('\n'),
      'source-controller-1': `${line(2, {})}\n${at(3)} plain words`,
    },
  });
  const { $, status } = await app.page('/flux/logs');
  expect(status).toBe(200);
  const lines = $('#log-lines > li');
  expect(lines.map((_, each) => $(each).attr('data-at')).get()).toEqual([at(1), at(2), at(3), at(4)]);
  expect($(lines[0]).find('.log-label').text()).toBe('kustomize-controller');
  expect($(lines[0]).find('a').attr('href')).toBe('/flux/kustomizations/shop/web');
  expect($(lines[2]).text()).toContain('plain words');
  expect($(lines[2]).find('details')).toHaveLength(0);
  expect($(lines[3]).attr('data-level')).toBe('error');
  expect($(lines[3]).find('.log-error').text()).toBe('no such path');
  expect($(lines[3]).find('.log-facts').text()).toContain('main@sha1:abc');
  expect($(lines[3]).find('details code').text()).toContain('"revision":"main@sha1:abc"');
  expect($('.log-told').text()).toBe('All 4 lines of 2 logs.');
  expect(app.cluster.requests.every(({ query }) => query?.['limitBytes'] === undefined)).toBe(true);
});

test('asked twice within seconds, the API server answers once', async () => {
  await start({ pods: [pod('kustomize-controller')], logs: { 'kustomize-controller-1': line(1, {}) } });
  await app.page('/flux/logs');
  await app.page('/flux/logs');
  expect(requestsOf('/log')).toHaveLength(1);
  expect(requestsOf('/pods')).toHaveLength(1);
});

test('of 50,000 lines the newest are shown, and that is told', async () => {
  const text = Array.from({ length: 50_000 }, (_, index) => line(1, { msg: `number ${index}` })).join('\n');
  await start({ pods: [pod('kustomize-controller')], logs: { 'kustomize-controller-1': text } });
  const { $ } = await app.page('/flux/logs?tail=5000');
  expect($('#log-lines > li')).toHaveLength(5_000);
  expect($('#log-lines > li').last().text()).toContain('number 49999');
  expect($('.log-told').text()).toBe('The newest 5,000 lines.');
  const found = await app.page('/flux/logs?q=4999');
  expect(found.$('.log-told').text()).toBe('10 of 5,000 newest lines match.');
});

test('credentials reach neither page, file, nor API', async () => {
  const told = line(1, { ...about('web'), level: 'error', error: "unable to clone 'https://me:s3cret@git.invalid/x'" });
  await start({
    pods: [pod('source-controller')],
    logs: { 'source-controller-1': `${told}\n${at(2)} password=s3cret` },
  });
  for (const path of ['/flux/logs', '/flux/logs/download', '/api/v1/flux/logs']) {
    const text = await (await fetch(app.url + path)).text();
    expect(text).toContain('git.invalid');
    expect(text).not.toContain('s3cret');
  }
});

test('hostile lines stay text', async () => {
  const hostile = '<script>alert(1)</script>';
  const named = { controllerKind: hostile, namespace: hostile, name: '"><img src=x onerror=alert(1)>' };
  await start({
    pods: [pod('source-controller')],
    logs: {
      'source-controller-1': `${line(1, { msg: hostile, error: hostile, [hostile]: hostile, ...named })}\n${at(2)} ${hostile}`,
    },
  });
  const { $ } = await app.page('/flux/logs');
  expect($('#log-lines script, #log-lines img')).toHaveLength(0);
  expect($('#log-lines').text()).toContain(hostile);
});

test('a missing right is named, with what would grant it', async () => {
  await start({ pods: [pod('source-controller')] }, (subresource) => subresource !== 'log');
  const { $, status } = await app.page('/flux/logs');
  expect(status).toBe(200);
  expect($('main').text()).toContain('get on pods/log in namespace flux-system');
  expect($('main').text()).toContain('pods/log');
  expect(requestsOf('/log')).toHaveLength(0);
  expect((await fetch(`${app.url}/flux/logs/download`)).status).toBe(403);
  const api = await fetch(`${app.url}/api/v1/flux/logs`);
  expect(api.status).toBe(403);
});

test('who may not list pods but names one reads its log', async () => {
  await start({ logs: { 'web-1': line(1, {}) } }, (subresource) => subresource === 'log');
  const { $ } = await app.page('/flux/logs?namespace=shop&pod=web-1&container=manager');
  expect($('#log-lines > li')).toHaveLength(1);
});

test('what cannot be read is told container by container', async () => {
  const waiting = { state: { waiting: { reason: 'ContainerCreating' } } };
  await start({
    pods: [pod('helm-controller', waiting), pod('source-controller', { restartCount: 3 })],
    logs: {
      'helm-controller-1': refusal(
        400,
        'container "manager" in pod "helm-controller-1" is waiting to start: ContainerCreating',
      ),
      'source-controller-1': line(1, {}),
    },
    previous: { 'source-controller-1': `${at(1)} panic: it ended` },
  });
  const now = await app.page('/flux/logs');
  expect(now.$('#log-lines > li')).toHaveLength(1);
  expect(now.$('#logs-notices').text()).toContain('helm-controller has not started.');
  expect(now.$('#logs-notices').text()).toContain('source-controller 3 times');
  const before = await app.page('/flux/logs?previous=true');
  expect(before.$('#log-lines').text()).toContain('panic: it ended');
  expect(before.$('#logs-notices').text()).toContain('helm-controller has no earlier log');
  expect(before.$('[data-stream]')).toHaveLength(0);
  const never = await app.page('/flux/logs?previous=true&controller=helm-controller');
  expect(never.$('main').text()).toContain('No container was restarted');
});

test('no pods, no such pod, an empty log and no match are different things', async () => {
  await start({ pods: [pod('source-controller')], logs: { 'source-controller-1': '' } });
  expect((await app.page('/flux/logs')).$('main').text()).toContain('The log is empty');
  expect((await app.page('/flux/logs?pod=gone-1')).$('main').text()).toContain('There is no pod gone-1 in flux-system');
  expect((await app.page('/flux/logs?level=loud')).status).toBe(400);
  await app.close();
  await start({ logs: {} });
  expect((await app.page('/flux/logs')).$('main').text()).toContain('There is nothing to read');
  await app.close();
  await start({ pods: [pod('source-controller')], logs: { 'source-controller-1': line(1, {}) } });
  expect((await app.page('/flux/logs?q=unheard')).$('main').text()).toContain('No line matches');
});

test('a node that has thrown the earlier log away says so in the place of the log', async () => {
  const words = 'unable to retrieve container logs for containerd://59652f37f96c';
  await start({
    pods: [pod('source-controller')],
    logs: { 'source-controller-1': line(1, {}) },
    previous: { 'source-controller-1': words },
  });
  const { $ } = await app.page('/flux/logs?previous=true');
  expect($('main').text()).toContain('This log is gone');
  expect($('main').text()).not.toContain(words);
  expect((await app.page('/flux/logs')).$('#log-lines > li')).toHaveLength(1);
});

test('the stream goes on where the page ends, and only with what matches', async () => {
  async function* written(): AsyncGenerator<string> {
    yield line(1, about('web'));
    yield line(2, about('web'));
    yield line(3, about('other'));
    yield line(4, { ...about('web'), token: 's3cret' });
  }
  await start({
    pods: [pod('kustomize-controller')],
    logs: { 'kustomize-controller-1': line(1, about('web')) },
    followed: { 'kustomize-controller-1': written },
  });
  const { $ } = await app.page('/flux/logs?object=Kustomization/shop/web');
  const panel = $('[data-stream]');
  const { query } = JSON.parse(panel.attr('data-stream-input') ?? '{}') as { query: string };
  const socket = io(app.url, { path: '/live/', transports: ['websocket'], reconnection: false });
  try {
    let html = '';
    socket.on('stream', (news: { html: string }, confirm: () => void) => {
      html += news.html;
      confirm();
    });
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const answer: unknown = await socket.emitWithAck('stream', {
      id: 'a',
      url: '/flux/logs',
      name: panel.attr('data-stream'),
      input: { query, each: { 'kustomize-controller-1/manager': at(1) }, otherwise: panel.attr('data-read-at') },
    });
    expect(answer).toEqual({ ok: true });
    await vi.waitFor(() => expect(html).toContain('at 4'), { timeout: 20_000, interval: 10 });
    expect(html.match(/<li/g)).toHaveLength(2);
    expect(html).toContain('at 2');
    expect(html).not.toContain('s3cret');
  } finally {
    socket.disconnect();
  }
});
