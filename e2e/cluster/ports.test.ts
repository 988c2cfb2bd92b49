import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePorts } from './ports.ts';

test('every name gets a port of its own that can be listened on', async () => {
  const ports = await freePorts(['one', 'two', 'three']);
  expect(new Set(Object.values(ports)).size).toBe(3);
  for (const port of Object.values(ports)) {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  }
});
