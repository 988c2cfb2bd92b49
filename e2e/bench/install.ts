import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** How long the production dependencies take to install from a warm npm cache, and how large they are. */
export function measureInstall(report: Report): void {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-install-'));
  try {
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, file), join(folder, file));
    const began = performance.now();
    execFileSync('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
    const seconds = (performance.now() - began) / 1000;
    const modules = join(folder, 'node_modules');
    const runtime = readdirSync(modules).filter((name) => name.startsWith('node-linux-'));
    const all = sizeOf(modules);
    const node = runtime.reduce((sum, name) => sum + sizeOf(join(modules, name)), 0);
    report.row({
      what: 'install of production dependencies, warm npm cache',
      budget: '-',
      measured: `${seconds.toFixed(1)} s, ${megabytes(all - node)} MB`,
      beside: `${megabytes(node)} MB more for Node itself`,
      within: undefined,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
