/** Why there is no working binding. */
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

/** The error of an installation: why it stopped and what to do. No partial installation is left behind. */
export class NativeError extends Error {
  /** The class's name, also across copies of this package. */
  override readonly name: string = 'NativeError';
  /** The cause, for programs. */
  readonly problem: NativeProblem;
  /** What to do about it, in one line. */
  readonly fix: string;

  /**
   * @param problem - The cause, for programs.
   * @param what - The cause, for people, in one line; may end with the output of another program.
   * @param fix - What to do about it, in one line.
   * @param options - The original error, as `cause`.
   */
  constructor(problem: NativeProblem, what: string, fix: string, options?: ErrorOptions) {
    super(`installNative: ${what}; ${fix}`, options);
    this.problem = problem;
    this.fix = fix;
  }
}

const NOT_OURS = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'];

const NO_SPACE = 'free some space, or set XDG_CACHE_HOME to a larger disk';

/** The same error, or a `NativeError` if the system reports a full disk or a folder without write permission. */
export function explainSystemError(error: unknown, folder: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return diskFull(`the disk is full under ${folder}`, error);
  if (code !== undefined && NOT_OURS.includes(code)) {
    const path = (error as NodeJS.ErrnoException).path ?? folder;
    return new NativeError(
      'not-writable',
      `expected to write to ${path}, got ${code}`,
      'grant yourself write permission, or set XDG_CACHE_HOME',
      { cause: error },
    );
  }
  return error;
}

/** The error for a disk that is, or would become, full. */
export function diskFull(what: string, cause?: unknown): NativeError {
  return new NativeError('disk-full', what, NO_SPACE, { cause });
}
