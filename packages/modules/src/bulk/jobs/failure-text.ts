import { ProblemError } from '@pellucid/platform/errors';

/** Returns why bulk work failed as a whole, for the person who asked for it. */
export function failureText(error: unknown): string {
  return error instanceof ProblemError ? error.message : 'The change failed.';
}
