import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { chooseEncoding, compress } from './compress.ts';

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['identity', undefined],
  [undefined, undefined],
])('of %s it takes %s', (header, encoding) => {
  expect(chooseEncoding(header)).toBe(encoding);
});

test('what is compressed comes back whole', async () => {
  const body = Buffer.from('water '.repeat(1000));
  expect(brotliDecompressSync(await compress(body, 'br', 'fast'))).toEqual(body);
  expect(gunzipSync(await compress(body, 'gzip', 'best'))).toEqual(body);
});
