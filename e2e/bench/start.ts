import { startSluice, type SluiceProcess } from '../support/sluice-process.ts';
import { quantile, spread } from './statistics.ts';
import type { Report } from './report.ts';

/** Milliseconds from starting the process to a page that shows what it was waited for. The process goes on. */
async function startUntil(
  options: Parameters<typeof startSluice>[0],
  path: string,
  complete: (html: string) => boolean,
): Promise<{ sluice: SluiceProcess; milliseconds: number }> {
  const began = performance.now();
  const sluice = await startSluice(options);
  for (;;) {
    const ready = await fetch(`${sluice.url}/readyz`);
    await ready.arrayBuffer();
    if (!ready.ok) {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    const html = await (await fetch(sluice.url + path, { headers: { accept: 'text/html' } })).text();
    if (complete(html)) return { sluice, milliseconds: performance.now() - began };
    if (performance.now() - began > 60_000) throw new Error(`no complete page after 60 s:\n${sluice.output()}`);
  }
}

/** Starts several times and reports the spread. Answers the last process, still running. */
export async function measureStart(
  report: Report,
  what: string,
  budgetMilliseconds: number,
  rounds: number,
  options: Parameters<typeof startSluice>[0],
  path: string,
  complete: (html: string) => boolean,
): Promise<SluiceProcess> {
  const times: number[] = [];
  let last: SluiceProcess | undefined;
  for (let round = 0; round < rounds; round += 1) {
    await last?.stop();
    const { sluice, milliseconds } = await startUntil(options, path, complete);
    times.push(milliseconds);
    last = sluice;
  }
  report.row({
    what: `${what} (p50 / worst of ${rounds})`,
    budget: `${budgetMilliseconds} ms`,
    measured: `${spread(times, 1)} ms`,
    beside: '-',
    within: quantile(times, 0.5) <= budgetMilliseconds,
  });
  if (last === undefined) throw new Error('A start is measured at least once.');
  return last;
}
