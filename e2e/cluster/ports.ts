import { createServer, type Server } from 'node:net';

// Below the kernel's range for outgoing connections (from 32768) and the NodePort range (from 30000), so that nobody
// takes a port while a server restarts on it.
const first = 20_000;
const last = 29_999;

function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** Finds one free loopback port per name. All are held until the last is found, so none is given twice. */
export async function freePorts<Name extends string>(names: readonly Name[]): Promise<Record<Name, number>> {
  const held: Server[] = [];
  const ports = {} as Record<Name, number>;
  let candidate = first + Math.floor(Math.random() * (last - first));
  try {
    for (const name of names) {
      for (let tries = 0; ports[name] === undefined; tries++) {
        if (tries > last - first) throw new Error(`No free port between ${first} and ${last} on 127.0.0.1.`);
        candidate = candidate >= last ? first : candidate + 1;
        const server = await hold(candidate);
        if (!server) continue;
        held.push(server);
        ports[name] = candidate;
      }
    }
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
  return ports;
}
