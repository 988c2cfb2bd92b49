import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { binaryFolder } from '../binaries.ts';
import type { Progress } from '../build.ts';
import { withLock } from '../lock.ts';

/** Programs that a node needs and Go does not build. */
export type NodeTools = {
  /** Folder that goes before the PATH. */
  folder: string;
  runc: string;
  environment: Record<string, string>;
};

const run = promisify(execFile);

/** iptables and the libraries it is linked with; runc needs nothing that apt itself does not. */
const packages = [
  'runc',
  'iptables',
  'libip4tc2',
  'libip6tc2',
  'libmnl0',
  'libnetfilter-conntrack3',
  'libnfnetlink0',
  'libnftnl11',
  'libxtables12',
];

const iptablesNames = [
  'iptables',
  'iptables-save',
  'iptables-restore',
  'ip6tables',
  'ip6tables-save',
  'ip6tables-restore',
];

const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/** The first file of that name on the PATH or where administrators' programs lie. */
export function onPath(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':').filter(Boolean), ...systemFolders];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** What identifies a distribution's release in `/etc/os-release`. */
export function releaseName(osRelease: string): string {
  const value = (key: string): string => osRelease.match(new RegExp(`^${key}="?([^"\n]*)"?$`, 'm'))?.[1] ?? 'unknown';
  return `${value('ID')}-${value('VERSION_ID')}`;
}

async function download(folder: string): Promise<void> {
  const options = { cwd: folder, timeout: 120_000 };
  try {
    await run('apt-get', ['download', '--quiet', ...packages], options);
  } catch {
    // A fresh machine has no lists of packages yet.
    await run('apt-get', ['update', '--quiet'], options);
    await run('apt-get', ['download', '--quiet', ...packages], options);
  }
}

async function unpackPackages(target: string): Promise<void> {
  const folder = mkdtempSync(`${target}.`);
  try {
    await download(folder);
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.deb'))) {
      await run('dpkg-deb', ['--extract', join(folder, name), folder]);
      rmSync(join(folder, name));
    }
    mkdirSync(join(folder, 'bin'));
    // Debian's alternatives would make these when the package is installed.
    for (const name of iptablesNames) symlinkSync('../usr/sbin/xtables-nft-multi', join(folder, 'bin', name));
    symlinkSync('../usr/sbin/runc', join(folder, 'bin', 'runc'));
    renameSync(folder, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function libraryFolder(folder: string): string {
  const parent = join(folder, 'usr', 'lib');
  const triple = readdirSync(parent).find((name) => name.includes('-linux-'));
  return join(parent, triple ?? '');
}

/**
 * runc and iptables: those of the machine where it has both, otherwise unpacked from the distribution's packages into the
 * cache. Nothing is installed.
 *
 * @throws Error saying what could not be had.
 */
export async function nodeTools(progress: Progress): Promise<NodeTools> {
  const [runc, iptables] = [onPath('runc'), onPath('iptables-restore')];
  if (runc && iptables) return { folder: dirname(iptables), runc, environment: {} };
  if (!onPath('apt-get') || !onPath('dpkg-deb'))
    throw new Error('runc and iptables are not installed, and there is no apt-get');
  const release = releaseName(readFileSync('/etc/os-release', 'utf8'));
  const target = join(dirname(binaryFolder()), 'tools', `${release}-${process.arch}`);
  mkdirSync(dirname(target), { recursive: true });
  await withLock(`${target}.lock`, { waitSeconds: 300 }, async () => {
    if (existsSync(target)) return;
    progress('fetching runc and iptables …');
    await unpackPackages(target);
  });
  const libraries = libraryFolder(target);
  return {
    folder: join(target, 'bin'),
    runc: join(target, 'bin', 'runc'),
    environment: { LD_LIBRARY_PATH: libraries, XTABLES_LIBDIR: join(libraries, 'xtables') },
  };
}
