import { FormatError } from '@halp/files';

/** An error as plain data, for messages between threads. */
export interface PlainError {
  /** The name of its class. */
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  /** The system's error code, such as EACCES. */
  readonly code?: string | undefined;
  /** The file and byte of a FormatError. */
  readonly path?: string | undefined;
  readonly offset?: number | undefined;
}

/** A thrown value as plain data. */
export function toPlainError(thrown: unknown): PlainError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const { name, message, stack } = thrown;
  const { code, path, offset } = thrown as Partial<PlainError>;
  return {
    name,
    message,
    stack,
    code: typeof code === 'string' ? code : undefined,
    path: typeof path === 'string' ? path : undefined,
    offset: typeof offset === 'number' ? offset : undefined,
  };
}

/** The error that {@link toPlainError} received, with its class, message and stack. */
export function fromPlainError(plain: PlainError): Error {
  const error = withoutStack(plain);
  if (plain.stack !== undefined) error.stack = plain.stack;
  return error;
}

function withoutStack({ name, message, code, path, offset }: PlainError): Error {
  switch (name) {
    case 'FormatError':
      return formatError(message, path ?? '', offset);
    case 'RangeError':
      return new RangeError(message);
    case 'TypeError':
      return new TypeError(message);
    default:
      return Object.assign(
        new Error(message),
        name === 'Error' ? {} : { name },
        code === undefined ? {} : { code },
      );
  }
}

/** FormatError prepends path and offset to its message; this message already contains them. */
function formatError(message: string, path: string, offset: number | undefined): FormatError {
  const error = new FormatError(path, '', offset);
  error.message = message;
  return error;
}
