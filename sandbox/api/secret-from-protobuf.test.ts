import { expect, test } from 'vitest';
import { secretFromProtobuf } from './secret-from-protobuf.ts';

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const field = (number: number, content: Buffer | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
};
const message = (...fields: Buffer[]): Buffer => Buffer.concat(fields);
const inEnvelope = (kind: string, raw: Buffer): Buffer =>
  message(Buffer.from('k8s\0'), field(1, message(field(1, 'v1'), field(2, kind))), field(2, raw), field(3, ''));

const release = 'x'.repeat(70_000);
const secret = message(
  field(
    1,
    message(
      field(1, 'sh.helm.release.v1.web.v1'),
      field(3, ''),
      field(11, message(field(1, 'owner'), field(2, 'helm'))),
      field(11, message(field(1, 'version'), field(2, '1'))),
      Buffer.from([7 * 8, 0]),
      field(8, ''),
    ),
  ),
  field(2, message(field(1, 'release'), field(2, release))),
  field(3, 'helm.sh/release.v1'),
);

test('a Secret comes out as its JSON would', () => {
  expect(secretFromProtobuf(inEnvelope('Secret', secret))).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'sh.helm.release.v1.web.v1', labels: { owner: 'helm', version: '1' } },
    data: { release: Buffer.from(release).toString('base64') },
    type: 'helm.sh/release.v1',
  });
});

test('anything else is refused', () => {
  expect(() => secretFromProtobuf(Buffer.from('{"kind":"Secret"}'))).toThrow('no protobuf of Kubernetes');
  expect(() => secretFromProtobuf(inEnvelope('ConfigMap', secret))).toThrow('no kind "ConfigMap"');
  expect(() => secretFromProtobuf(inEnvelope('Secret', secret.subarray(0, 1_000)))).toThrow('ends too early');
});
