import { SluiceError } from '../errors.ts';

/** Reads a body to its end. Throws `too_large` as soon as there is more than `most`, and leaves the rest unread. */
export async function readBytes(body: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) {
      const megabytes = Math.round(most / (1024 * 1024));
      throw new SluiceError('too_large', `The answer is larger than ${megabytes} MB, which is more than Sluice reads.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
