import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';

/** The wire between the machine and a node: two addresses that nothing else on the machine uses. */
export type NodeNetwork = {
  /** The machine's end, at which the node finds the machine's servers. */
  gateway: string;
  /** The node's end, at which the API server finds the kubelet. */
  address: string;
  /** Name of the machine's end. */
  link: string;
};

const run = promisify(execFile);

/** Addresses of pods and Services. They exist inside of one node's network namespace only, so every node has the same. */
export const podRange = '10.244.0.0/16';
export const clusterDns = '10.96.0.10';

/** Chooses two neighbouring addresses of 10.212.0.0/14 that no interface's network holds. */
export function chooseNetwork(): NodeNetwork {
  const taken = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address);
  for (;;) {
    const number = randomInt(0, 1 << 16);
    const prefix = `10.${212 + (number >> 14)}.${(number >> 6) & 255}`;
    const first = (number & 63) * 4;
    const network = { gateway: `${prefix}.${first + 1}`, address: `${prefix}.${first + 2}` };
    if (taken.includes(network.gateway)) continue;
    return { ...network, link: `sluice${number.toString(16).padStart(4, '0')}` };
  }
}

/**
 * Lays the wire into the network namespace of a process. It goes with that namespace. Beyond the machine's own end
 * nothing can be reached, and is told so at once.
 *
 * @throws Error with what `ip` says.
 */
export async function connectNode({ gateway, address, link }: NodeNetwork, pid: number): Promise<void> {
  const inside = (...parameters: string[]): Promise<unknown> =>
    run('nsenter', ['--target', String(pid), '--net', 'ip', ...parameters]);
  await run('ip', ['link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid)]);
  await run('ip', ['addr', 'add', `${gateway}/30`, 'dev', link]);
  await run('ip', ['link', 'set', link, 'up']);
  await inside('addr', 'add', `${address}/30`, 'dev', 'eth0');
  await inside('link', 'set', 'eth0', 'up');
  await inside('route', 'add', 'unreachable', 'default');
}
