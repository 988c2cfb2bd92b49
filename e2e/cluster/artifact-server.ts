import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join, normalize } from 'node:path';
import { pipeline } from 'node:stream';

// Started as a process of its own: node artifact-server.ts <folder> <port> <abstract socket>
// Offers the files of a folder on loopback. The socket is the way by which the API server reaches what stands behind Services:
// an HTTP CONNECT proxy, which leads to the files whatever address their pod says it has, and anywhere else straight.

const [folder, port, socket] = process.argv.slice(2);
if (!folder || !port || !socket) throw new Error('Usage: node artifact-server.ts <folder> <port> <socket>');

const files = createServer((incoming, outgoing) => {
  fileAt(incoming.url ?? '/').then(
    (file) => outgoing.writeHead(200, { 'content-type': 'application/gzip', 'content-length': file.length }).end(file),
    () => outgoing.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n'),
  );
});
files.listen(Number(port), '127.0.0.1');

async function fileAt(url: string): Promise<Buffer> {
  const { pathname } = new URL(url, 'http://localhost');
  // A rooted path cannot lead out when it is normalised.
  return readFile(join(folder as string, normalize(decodeURIComponent(pathname))));
}

const proxy = createServer((_, outgoing) => void outgoing.writeHead(405).end());
proxy.on('connect', ({ url = '' }, incoming) => {
  const { hostname, port: wanted } = new URL(`http://${url}`);
  const host = wanted === port ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
  const outgoing = connect(Number(wanted || 80), host);
  const refuse = (): void => void incoming.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  outgoing.once('error', refuse);
  outgoing.once('connect', () => {
    outgoing.off('error', refuse);
    incoming.write('HTTP/1.1 200 Connection established\r\n\r\n');
    // A side that is cut off is the usual end of a connection; each pipeline then ends the other side.
    const ended = (): void => undefined;
    pipeline(incoming, outgoing, ended);
    pipeline(outgoing, incoming, ended);
  });
  incoming.once('error', () => outgoing.destroy());
});
// The leading NUL makes it one without a file, which has no length to mind and ends with this process.
proxy.listen(`\0${socket}`);
