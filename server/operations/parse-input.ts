import { SluiceError } from '../errors.ts';
import type { Operation } from './define.ts';

/** The input as the operation takes it. Throws `invalid` that names the first wrong field and tells all of them. */
export function parseInput(operation: Operation, input: unknown): unknown {
  const parsed = operation.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `there is no field ${issue.keys.join(', ')}`;
    const at = issue.path.join('.');
    return at === '' ? issue.message : `${at}: ${issue.message}`;
  });
  const [first] = parsed.error.issues;
  const field = first?.code === 'unrecognized_keys' ? first.keys[0] : first?.path[0]?.toString();
  const message = `The input of ${operation.name} is not valid: ${sentences.join('; ')}.`;
  throw new SluiceError('invalid', message, field === undefined ? {} : { field });
}
