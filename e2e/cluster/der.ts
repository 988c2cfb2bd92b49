// The few ASN.1 DER shapes an X.509 certificate is made of (ITU-T X.690).

function element(tag: number, ...contents: Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

export const sequence = (...contents: Uint8Array[]): Buffer => element(0x30, ...contents);

export const set = (...contents: Uint8Array[]): Buffer => element(0x31, ...contents);

export const octets = (content: Uint8Array): Buffer => element(0x04, content);

export const boolean = (value: boolean): Buffer => element(0x01, Buffer.from([value ? 0xff : 0]));

export const text = (value: string): Buffer => element(0x0c, Buffer.from(value, 'utf8'));

/** An explicit (constructed) context tag around other elements. */
export const tagged = (number: number, ...contents: Uint8Array[]): Buffer => element(0xa0 | number, ...contents);

/** An implicit (primitive) context tag that replaces the element's own. */
export const retagged = (number: number, content: Uint8Array): Buffer => element(0x80 | number, content);

/** A positive integer, given as big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const needsSign = (bytes[0] ?? 0) >= 0x80;
  return element(0x02, ...(needsSign ? [Buffer.from([0]), bytes] : [bytes]));
}

export const bits = (content: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.from([unused]), content);

/** UTCTime, good until 2049. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return element(0x17, Buffer.from(`${digits}Z`, 'ascii'));
}

/** An object identifier in dotted form. */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let value = arc >> 7; value > 0; value >>= 7) groups.unshift((value & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return element(0x06, Buffer.from(bytes));
}
