import { expect, test } from 'vitest';
import { isKnownHost } from './host-check.ts';
import { isSameOrigin } from './same-origin.ts';

test.each([
  [{ 'sec-fetch-site': 'same-origin' }, true],
  [{ 'sec-fetch-site': 'none' }, true],
  [{ 'sec-fetch-site': 'same-site' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, false],
  [{ origin: 'http://localhost:8080', host: 'localhost:8080' }, true],
  [{ origin: 'http://localhost:9090', host: 'localhost:8080' }, false],
  [{ origin: 'https://evil.example', host: 'localhost:8080' }, false],
  [{ origin: 'null', host: 'localhost:8080' }, false],
  [{ origin: 'https://sluice.example', host: 'internal:8080' }, true],
  [{ host: 'localhost:8080' }, true],
])('a request with %j is of this site: %s', (headers, same) => {
  expect(isSameOrigin(headers, ['sluice.example'])).toBe(same);
});

test.each([
  ['localhost:8080', '127.0.0.1', true],
  ['127.0.0.1', '127.0.0.1', true],
  ['[::1]:8080', '::1', true],
  ['LOCALHOST', 'localhost', true],
  ['sluice.example', '127.0.0.1', true],
  ['evil.example:8080', '127.0.0.1', false],
  ['localhost.evil.example', '127.0.0.1', false],
  [undefined, '127.0.0.1', false],
  ['evil.example', '0.0.0.0', false],
  ['sluice.example:8080', '0.0.0.0', true],
  ['10.1.2.3:8080', '0.0.0.0', true],
  ['[fd00::1]:8080', '::', true],
  ['10.1.2.3.evil.example', '0.0.0.0', false],
])('the name %s while listening on %s is known: %s', (header, listenHost, known) => {
  expect(isKnownHost(header, listenHost, ['sluice.example'])).toBe(known);
});

test('as long as no name is told, a server for others answers under any', () => {
  expect(isKnownHost('anything.example', '0.0.0.0', [])).toBe(true);
});
