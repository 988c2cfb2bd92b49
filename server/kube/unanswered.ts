import { SluiceError } from '../errors.ts';

/**
 * Whether a question found nobody to answer it: the API server is away, or does not let Sluice itself in. That says
 * nothing about whoever asked, so what is known goes on holding for them.
 */
export function isUnanswered(error: unknown): error is SluiceError {
  if (!(error instanceof SluiceError)) return false;
  return error.kind === 'unreachable' || error.kind === 'timed_out' || error.kind === 'bad_credentials';
}
