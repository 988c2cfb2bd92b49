/**
 * The lines of a stream of UTF-8, without their ends. A last line that the stream leaves unfinished is given too.
 * `describe` turns what breaks the stream into the error that is thrown.
 */
export async function* readLines(
  stream: AsyncIterable<Uint8Array>,
  describe: (error: unknown) => Error,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let unfinished: string[] = [];
  try {
    for await (const bytes of stream) {
      const pieces = decoder.decode(bytes, { stream: true }).split('\n');
      const last = pieces.pop() ?? '';
      for (const piece of pieces) {
        yield unfinished.length === 0 ? piece : unfinished.join('') + piece;
        unfinished = [];
      }
      if (last !== '') unfinished.push(last);
    }
  } catch (error) {
    throw describe(error);
  }
  const rest = unfinished.join('') + decoder.decode();
  if (rest !== '') yield rest;
}
