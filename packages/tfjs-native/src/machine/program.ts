import { spawn } from 'node:child_process';

/** Options for running a program. */
export interface ProgramOptions {
  /** The folder it runs in. */
  readonly cwd?: string | undefined;
  /** Its environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends the program when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a program. */
export interface ProgramResult {
  /** False if there is no such program. */
  readonly found: boolean;
  /** Whether it ran and ended with status 0. */
  readonly ok: boolean;
  /** The signal that ended it, if one did. */
  readonly killedBy: NodeJS.Signals | null;
  /** Its standard output. */
  readonly stdout: string;
  /** Its standard error. */
  readonly stderr: string;
}

/**
 * The result of a program; a missing or failing program is a result, not an error.
 *
 * @throws AbortError when the signal is aborted.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const { cwd, env, signal } = options;
    const child = spawn(command, args, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    let stopped: Error | undefined;
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) stopped = error;
      else if (error.code === 'ENOENT' || error.code === 'EACCES') {
        resolve({ found: false, ok: false, killedBy: null, stdout, stderr });
      } else reject(error);
    });
    child.on('exit', () => {
      // Not earlier: the program may still be writing into a folder that the caller removes next.
      if (stopped !== undefined) reject(stopped);
    });
    child.on('close', (status, killedBy) => {
      resolve({ found: true, ok: status === 0, killedBy, stdout, stderr });
    });
  });
}

/** The last lines of a program's output, on one line. */
export function lastWords(result: ProgramResult, lines = 3): string {
  const text = result.stderr.trim() === '' ? result.stdout : result.stderr;
  return text
    .trim()
    .split('\n')
    .slice(-lines)
    .map((line) => line.trim())
    .join(' | ');
}
