/** What stands in the way of a working binding. */
export type NativeProblem =
  | 'turned-off'
  | 'unsupported-platform'
  | 'no-project'
  | 'npm-failed'
  | 'no-python'
  | 'no-pip'
  | 'no-compiler'
  | 'no-library'
  | 'wheel-not-found'
  | 'download-failed'
  | 'wrong-hash'
  | 'bad-wheel'
  | 'disk-full'
  | 'not-writable'
  | 'compile-failed'
  | 'load-failed'
  | 'no-gpu'
  | 'old-driver'
  | 'old-gpu'
  | 'gpu-unseen';

/** The installation stopped; says why and what to do. Nothing half-installed is left behind. */
export class NativeError extends Error {
  /** The class's name, also across copies of this package. */
  override readonly name: string = 'NativeError';
  /** The cause, for programs. */
  readonly problem: NativeProblem;
  /** What to do about it, in one line. */
  readonly fix: string;

  /**
   * @param problem - the cause, for programs.
   * @param what - the cause, for people, in one line; may end with what another program said.
   * @param fix - what to do about it, in one line.
   * @param options - the error behind it, as `cause`.
   */
  constructor(problem: NativeProblem, what: string, fix: string, options?: ErrorOptions) {
    super(`installNative: ${what}; ${fix}`, options);
    this.problem = problem;
    this.fix = fix;
  }
}

const NOT_OURS = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'];

const NO_SPACE = 'free some space, or set XDG_CACHE_HOME to a larger disk';

/** The same error, or a `NativeError` where it is the system's word for a full disk or a folder that is not ours. */
export function explainSystemError(error: unknown, folder: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return diskFull(`the disk is full under ${folder}`, error);
  if (code !== undefined && NOT_OURS.includes(code)) {
    const path = (error as NodeJS.ErrnoException).path ?? folder;
    return new NativeError(
      'not-writable',
      `expects to write to ${path}, got ${code}`,
      'give yourself the right to write there, or set XDG_CACHE_HOME',
      { cause: error },
    );
  }
  return error;
}

/** The error for a disk that is, or would become, full. */
export function diskFull(what: string, cause?: unknown): NativeError {
  return new NativeError('disk-full', what, NO_SPACE, { cause });
}
