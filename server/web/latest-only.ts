/**
 * Runs one call at a time. Of those that come meanwhile only the last is run afterwards; the others answer with
 * `passedOver` at once. What `run` throws is thrown to its own caller.
 */
export function latestOnly<Input, Output>(
  run: (input: Input) => Promise<Output>,
  passedOver: Output,
): (input: Input) => Promise<Output> {
  let running = false;
  let waiting: { input: Input; answer: PromiseWithResolvers<Output> } | undefined;

  async function carryOut(input: Input): Promise<Output> {
    running = true;
    try {
      return await run(input);
    } finally {
      running = false;
      const next = waiting;
      waiting = undefined;
      if (next !== undefined) carryOut(next.input).then(next.answer.resolve, next.answer.reject);
    }
  }

  return (input) => {
    if (!running) return carryOut(input);
    waiting?.answer.resolve(passedOver);
    waiting = { input, answer: Promise.withResolvers<Output>() };
    return waiting.answer.promise;
  };
}
