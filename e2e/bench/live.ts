import { setTimeout as pause } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { KubeClient } from '../../server/kube/cluster.ts';
import { figure, quantile, spread } from './statistics.ts';
import type { Report } from './report.ts';

const clients = 100;
const perSecond = 100;
const seconds = 20;
/** Each page shows all objects of one namespace; the changes go round over all of them. */
const pages = 4;

interface Update {
  from?: string;
  digest: string;
  lists: { rows: { html: string }[] }[];
}

interface Target {
  namespace: string;
  name: string;
}

interface Sighting {
  /** The newest change of each object that this client has seen. */
  seen: Map<string, number>;
  delays: number[];
}

/** Objects that the open pages show: those of the first namespaces with at most one page of them. */
async function targetsIn(kube: KubeClient, namespaces: readonly string[]): Promise<Target[]> {
  const targets: Target[] = [];
  for (const namespace of namespaces.slice(0, pages)) {
    const { items } = await kube.json<{ items: { metadata: Target }[] }>({
      path: `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`,
    });
    targets.push(...items.slice(0, 50).map(({ metadata: { name } }) => ({ namespace, name })));
  }
  return targets;
}

async function connectClient(
  url: string,
  page: string,
  sightings: Sighting,
  sent: Map<string, number[]>,
): Promise<Socket> {
  const html = await (await fetch(url + page)).text();
  const digest = /data-digest="([^"]*)"/.exec(html)?.[1] ?? '';
  const socket = io(url, { path: '/live/', transports: ['websocket'], forceNew: true });
  socket.on('update', (update: Update) => {
    const now = performance.now();
    for (const { rows } of update.lists) {
      for (const row of rows) note(row.html, now, sightings, sent);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect_error', reject);
    socket.once('connect', () => {
      socket
        .timeout(15_000)
        .emit('open', { url: page, digest }, (error: unknown) => (error ? reject(error) : resolve()));
    });
  });
  return socket;
}

/** A row shows `./bench/<n>`: every change up to n of that object has arrived now. */
function note(html: string, now: number, { seen, delays }: Sighting, sent: Map<string, number[]>): void {
  const key = /data-row="([^"]*)"/.exec(html)?.[1];
  const change = Number(/\.\/bench\/(\d+)/.exec(html)?.[1] ?? -1);
  if (key === undefined || change < 0) return;
  const times = sent.get(key) ?? [];
  for (let each = (seen.get(key) ?? -1) + 1; each <= change; each += 1) {
    const at = times[each];
    // Not answered yet: the page was told before whoever wrote it.
    if (at !== undefined) delays.push(Number.isNaN(at) ? 0 : now - at);
  }
  seen.set(key, Math.max(change, seen.get(key) ?? -1));
}

/**
 * From the API server's answer to a change until an open page has been told, for 100 pages and 100 changes a second;
 * beside it how late a plain watch of the same objects is on the same machine.
 */
export async function measureLive(
  report: Report,
  url: string,
  kube: KubeClient,
  namespaces: readonly string[],
): Promise<void> {
  const targets = await targetsIn(kube, namespaces);
  const sent = new Map(targets.map(({ namespace, name }): [string, number[]] => [`${namespace}/${name}`, []]));
  const all = Array.from({ length: clients }, (): Sighting => ({ seen: new Map(), delays: [] }));
  const sockets = await Promise.all(
    all.map((sightings, index) =>
      connectClient(url, `/flux/kustomizations?namespace=${namespaces[index % pages]}`, sightings, sent),
    ),
  );
  const watching = new AbortController();
  const plain: number[] = [];
  const watch = watchPlainly(kube, sent, plain, watching.signal);
  const writes: number[] = [];
  const failures: string[] = [];

  const pending: Promise<void>[] = [];
  const began = performance.now();
  for (let change = 0; change < perSecond * seconds; change += 1) {
    const target = targets[change % targets.length];
    if (target === undefined) throw new Error('There is nothing to change.');
    pending.push(changeOnce(kube, target, sent, writes, failures));
    await pause(Math.max(0, began + ((change + 1) * 1000) / perSecond - performance.now()));
  }
  await Promise.all(pending);
  // What the API server did not answer may have happened or not; a page need not show it.
  const due = [...sent].map(([key, times]): [string, number] => [key, times.findLastIndex(Number.isFinite)]);
  const complete = (): boolean =>
    all.every(({ seen }, index) =>
      due.every(([key, last]) => !key.startsWith(`${namespaces[index % pages]}/`) || (seen.get(key) ?? -1) >= last),
    );
  const deadline = performance.now() + 15_000;
  while (!complete() && performance.now() < deadline) await pause(20);
  watching.abort();
  await watch;
  for (const socket of sockets) socket.close();

  const delays = all.flatMap((one) => one.delays);
  const lost = complete() ? 'none lost' : 'SOME LOST';
  report.row({
    what: `change answered → in the open page, ${clients} pages, ${perSecond}/s (p50 / p95)`,
    budget: '250 ms p95',
    measured: `${spread(delays, 0.95)} ms, ${delays.length} sightings, ${lost}`,
    beside: `plain watch p95 ${figure(quantile(plain, 0.95))} ms, writes p95 ${figure(quantile(writes, 0.95))} ms`,
    within: quantile(delays, 0.95) <= 250 && complete(),
  });
  if (failures.length > 0) report.note(`${failures.length} of ${pending.length} writes failed: ${failures[0]}`);
}

async function changeOnce(
  kube: KubeClient,
  { namespace, name }: Target,
  sent: Map<string, number[]>,
  writes: number[],
  failures: string[],
): Promise<void> {
  const times = sent.get(`${namespace}/${name}`) ?? [];
  const number = times.length;
  times.push(Number.NaN);
  const began = performance.now();
  try {
    await kube.json({
      method: 'PATCH',
      path: `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/${name}`,
      contentType: 'application/merge-patch+json',
      body: { spec: { path: `./bench/${number}` } },
    });
  } catch (error) {
    // A machine at its limit lets a write time out; the others are measured all the same, and this one is told.
    failures.push(error instanceof Error ? error.message : String(error));
    return;
  }
  times[number] = performance.now();
  writes.push(performance.now() - began);
}

/** The same changes as a bare watch sees them. */
async function watchPlainly(
  kube: KubeClient,
  sent: Map<string, number[]>,
  delays: number[],
  signal: AbortSignal,
): Promise<void> {
  const path = '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';
  const now = await kube.json<{ metadata: { resourceVersion: string } }>({ path, query: { limit: '1' } });
  try {
    const lines = kube.lines({
      path,
      query: { watch: 'true', resourceVersion: now.metadata.resourceVersion },
      signal,
    });
    for await (const line of lines) {
      const { object } = JSON.parse(line) as { object: { metadata: Target; spec?: { path?: string } } };
      const change = Number(/\.\/bench\/(\d+)/.exec(object.spec?.path ?? '')?.[1] ?? -1);
      const at = sent.get(`${object.metadata.namespace}/${object.metadata.name}`)?.[change];
      if (at !== undefined && Number.isFinite(at)) delays.push(performance.now() - at);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
