import { badRequest } from './status-error.ts';

/** In which the clients of Kubernetes in Go write what they know. */
export const protobufType = 'application/vnd.kubernetes.protobuf';

/** One field as it lies in a message: its number, and its bytes, or a number. */
interface Field {
  number: number;
  bytes: Buffer;
  value: number;
}

const magic = Buffer.from('k8s\0');

/**
 * A Secret as the Go clients send it: Kubernetes' envelope around a message of `k8s.io/api/core/v1/generated.proto`. The
 * only kind that is read so: Helm writes its releases with such a client. Throws 400 for anything else.
 */
export function secretFromProtobuf(body: Buffer): object {
  if (!body.subarray(0, magic.length).equals(magic)) throw badRequest('the body is no protobuf of Kubernetes');
  const envelope = fieldsOf(body.subarray(magic.length));
  const type = fieldsOf(bytesAt(envelope, 1));
  if (textAt(type, 1) !== 'v1' || textAt(type, 2) !== 'Secret') {
    throw badRequest(`no kind "${textAt(type, 2) ?? ''}" is registered for version "${textAt(type, 1) ?? ''}"`);
  }
  const secret = fieldsOf(bytesAt(envelope, 2));
  const own = textAt(secret, 3);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf(fieldsOf(bytesAt(secret, 1))),
    data: Object.fromEntries(entriesAt(secret, 2).map(([key, value]) => [key, value.toString('base64')])),
    ...(own !== undefined && { type: own }),
    ...(secret.some(({ number, value }) => number === 5 && value === 1) && { immutable: true }),
  };
}

function metadataOf(fields: readonly Field[]): object {
  const texts = { name: 1, generateName: 2, namespace: 3, uid: 5, resourceVersion: 6 };
  const maps = { labels: 11, annotations: 12 };
  return {
    ...Object.fromEntries(
      Object.entries(texts).flatMap(([key, number]) => {
        const text = textAt(fields, number);
        return text === undefined || text === '' ? [] : [[key, text]];
      }),
    ),
    ...Object.fromEntries(
      Object.entries(maps).flatMap(([key, number]) => {
        const entries = entriesAt(fields, number).map(([name, value]) => [name, value.toString()]);
        return entries.length === 0 ? [] : [[key, Object.fromEntries(entries)]];
      }),
    ),
  };
}

function bytesAt(fields: readonly Field[], number: number): Buffer {
  return fields.findLast((field) => field.number === number)?.bytes ?? Buffer.alloc(0);
}

function textAt(fields: readonly Field[], number: number): string | undefined {
  return fields.findLast((field) => field.number === number)?.bytes.toString();
}

/** A map is a list of messages with the key as 1 and the value as 2. */
function entriesAt(fields: readonly Field[], number: number): [string, Buffer][] {
  return fields
    .filter((field) => field.number === number)
    .map(({ bytes }) => {
      const entry = fieldsOf(bytes);
      return [textAt(entry, 1) ?? '', bytesAt(entry, 2)];
    });
}

/** The fields of a message (https://protobuf.dev/programming-guides/encoding/). */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  function varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at];
      if (byte === undefined) throw badRequest('the protobuf message ends too early');
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw badRequest('the protobuf message holds a number that is too long');
  }
  while (at < message.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const nothing = Buffer.alloc(0);
    switch (key % 8) {
      case 0:
        fields.push({ number, bytes: nothing, value: varint() });
        break;
      case 2: {
        const length = varint();
        if (at + length > message.length) throw badRequest('the protobuf message ends too early');
        fields.push({ number, bytes: message.subarray(at, at + length), value: 0 });
        at += length;
        break;
      }
      default:
        throw badRequest('the protobuf message holds a field that no Secret has');
    }
  }
  return fields;
}
