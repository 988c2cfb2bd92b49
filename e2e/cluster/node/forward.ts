import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';

// Started as a process of its own: node forward.ts <address> <port> …
// Lets the node reach servers of 127.0.0.1: each port of the address leads to the same port there.

const [address, ...ports] = process.argv.slice(2);
if (!address || ports.length === 0) throw new Error('Usage: node forward.ts <address> <port> …');

for (const port of ports.map(Number)) {
  createServer({ allowHalfOpen: true }, (incoming) => {
    const outgoing = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    // A side that is cut off is the usual end of a connection; each pipeline then ends the other side.
    const ended = (): void => undefined;
    pipeline(incoming, outgoing, ended);
    pipeline(outgoing, incoming, ended);
  }).listen(port, address);
}
