import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { chooseNetwork } from './network.ts';

test('two neighbours of one small network, and a name that an interface may have', () => {
  const used = Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);
  for (let round = 0; round < 200; round++) {
    const { gateway, address, link } = chooseNetwork();
    const [one, other] = [gateway, address].map((text) => text.split('.').map(Number));
    expect(one?.slice(0, 3)).toEqual(other?.slice(0, 3));
    expect(one?.[0]).toBe(10);
    expect(one?.[1]).toBeGreaterThanOrEqual(212);
    expect(one?.[1]).toBeLessThanOrEqual(215);
    expect((one?.[3] ?? 0) % 4).toBe(1);
    expect((other?.[3] ?? 0) % 4).toBe(2);
    expect(link).toMatch(/^[a-z0-9]{1,15}$/);
    expect(used).not.toContain(gateway);
  }
});
