import type { FormatError } from '@halp/files';
import type { ClipProblem } from './plan.ts';

/** The message of a FormatError without its file, and its byte. */
export function clipProblem({ message, offset }: FormatError, path: string): ClipProblem {
  const problem = message.replace(path, '').replace(/^(?: \(byte \d+\))?: /, '');
  return { problem, offset };
}
