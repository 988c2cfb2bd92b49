import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { binaryFolder } from '../binaries.ts';
import type { Progress } from '../build.ts';
import { controlGroupMounts } from './control-groups.ts';
import { nodeTools, onPath } from './tools.ts';

const run = promisify(execFile);

const programs = ['bash', 'ip', 'mount', 'nsenter', 'unshare'];

const neededControllers = ['cpu', 'memory', 'pids'];

/** Which of the controllers that a node needs no mounted control group has. */
export function missingControllers(mounts: string, unifiedControllers: string): string[] {
  const groups = controlGroupMounts(mounts);
  const unified = groups.some((group) => group.unified) ? unifiedControllers.trim().split(' ') : [];
  const found = new Set([...groups.flatMap(({ controllers }) => controllers), ...unified]);
  return neededControllers.filter((name) => !found.has(name));
}

function unifiedControllers(mounts: string): string {
  const unified = controlGroupMounts(mounts).find((group) => group.unified);
  const file = `${unified?.path}/cgroup.controllers`;
  return unified && existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const reason = (error: unknown): string => {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split('\n').at(-1) ?? '';
};

/** Namespaces, an overlay of file systems and a pair of interfaces, as a node makes them. */
const trial = [
  'mount -t tmpfs tmpfs /tmp',
  'mkdir /tmp/lower /tmp/upper /tmp/work /tmp/all',
  'mount -t overlay overlay -o lowerdir=/tmp/lower,upperdir=/tmp/upper,workdir=/tmp/work /tmp/all',
  'ip link add left type veth peer name right',
].join(' && ');

/** Folders that a node sees as its own. */
const hidden = ['/run/', '/var/run/', '/var/log/', '/var/lib/', '/proc/'];

/**
 * Why no node can run on this machine with its files in a folder, as half a sentence, or undefined when one can. Fetches runc and iptables where they
 * are missing. Changes nothing on the machine.
 */
export async function whyNoNode(folder: string, progress: Progress): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'a node needs Linux';
  if (process.getuid?.() !== 0) return 'a node needs root';
  const outside = [folder, binaryFolder()].find((path) => hidden.some((start) => `${path}/`.startsWith(start)));
  if (outside) return `a node does not see ${outside}`;
  const missing = programs.filter((name) => !onPath(name));
  if (missing.length > 0) return `a node needs ${missing.join(' and ')}`;
  const mounts = readFileSync('/proc/mounts', 'utf8');
  const controllers = missingControllers(mounts, unifiedControllers(mounts));
  if (controllers.length > 0) return `a node needs control groups for ${controllers.join(', ')}`;
  if (!existsSync('/dev/kmsg')) return 'a node needs /dev/kmsg';
  try {
    await run('unshare', ['--mount', '--net', '--pid', '--fork', 'bash', '-c', trial], { timeout: 20_000 });
  } catch (error) {
    return `this machine lets nobody make namespaces with mounts and interfaces (${reason(error)})`;
  }
  try {
    const tools = await nodeTools(progress);
    await run(tools.runc, ['--version'], { timeout: 20_000 });
    await run('unshare', ['--net', `${tools.folder}/iptables-save`, '-t', 'nat'], {
      timeout: 20_000,
      env: { ...process.env, ...tools.environment },
    });
  } catch (error) {
    return `runc and iptables cannot be had (${reason(error)})`;
  }
  return undefined;
}
