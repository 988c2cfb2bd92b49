import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

// Started as a process of its own: node git-server.ts <folder of bare repositories> <port>

/** The CGI environment (RFC 3875) for `git http-backend`. */
function cgiEnvironment(root: string, incoming: IncomingMessage): Record<string, string> {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const header = (name: string): string => String(incoming.headers[name] ?? '');
  return {
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: header('git-protocol'),
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: incoming.method ?? 'GET',
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: header('content-length'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    REMOTE_ADDR: incoming.socket.remoteAddress ?? '',
    // Without a user http-backend refuses every push.
    REMOTE_USER: 'git',
  };
}

function applyCgiHeaders(outgoing: ServerResponse, head: string): void {
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name.toLowerCase() === 'status') outgoing.statusCode = Number.parseInt(value, 10);
    else outgoing.setHeader(name, value);
  }
}

function serve(root: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const backend = spawn('git', ['http-backend'], { env: { ...process.env, ...cgiEnvironment(root, incoming) } });
  backend.on('error', (error) => {
    console.error(`git http-backend: ${error.message}`);
    outgoing.writeHead(500).end();
  });
  backend.stderr.on('data', (chunk) => console.error(`${incoming.method} ${incoming.url}: ${String(chunk).trim()}`));
  pipeline(incoming, backend.stdin, (error) => {
    if (error) console.error(`${incoming.method} ${incoming.url}: ${error.message}`);
  });

  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    backend.stdout.off('data', readHead);
    backend.stdout.pause();
    applyCgiHeaders(outgoing, head.subarray(0, end).toString('utf8'));
    outgoing.write(head.subarray(end + 4));
    backend.stdout.pipe(outgoing);
  };
  backend.stdout.on('data', readHead);
  outgoing.on('close', () => backend.kill());
}

const [root, port] = process.argv.slice(2);
if (!root || !port) throw new Error('Usage: node git-server.ts <folder> <port>');

createServer((incoming, outgoing) => serve(root, incoming, outgoing)).listen(Number(port), '127.0.0.1');
