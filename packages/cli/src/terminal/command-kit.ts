import { type Command, InvalidArgumentError, Option } from 'commander';
import { type BackendName, BACKENDS, type Precision, PRECISIONS } from '@halp/backend';
import { listening, type ListeningOutput } from './listen.ts';
import { processOutput } from './output.ts';

/** What every command can be told. */
export interface CommonOptions {
  readonly backend?: BackendName;
  readonly device?: string;
  readonly precision?: Precision;
  readonly json?: boolean;
}

/** Adds the options that every command has; a backend is asked of those that compute. */
export function common(
  command: Command,
  what: 'none' | 'training' | 'evaluation' | 'measurement',
): Command {
  command.option('--json', 'write the result as one JSON object on standard output');
  if (what !== 'none') {
    const fastest = 'HALP_BACKEND, else the fastest that starts';
    addNamed(command, 'backend', `backend of the ${what} (default: ${fastest})`, BACKENDS);
    command.addOption(
      new Option(
        '--device <name>',
        'the one GPU of this process: its number, or on webgpu a part of its name',
      ).env('HALP_DEVICE'),
    );
    const factors = 'what the factors of products in a GRU are kept as';
    const usual = '(default: HALP_PRECISION, else float32)';
    addNamed(command, 'precision', `${factors} ${usual}`, PRECISIONS);
  }
  return command;
}

/**
 * Adds an option with a few names, which a variable of the environment can give as well. What is no name there, such as
 * `auto` or nothing, is left to `startBackend`, which reads the variable itself.
 */
function addNamed(
  command: Command,
  option: 'backend' | 'precision',
  description: string,
  names: readonly string[],
): void {
  command.addOption(new Option(`--${option} <name>`, description).choices([...names]));
  const asked = process.env[`HALP_${option.toUpperCase()}`];
  if (asked !== undefined && names.includes(asked)) {
    command.setOptionValueWithSource(option, asked, 'env');
  }
}

/** What commands are told that read the runs of others. */
export interface ModuleFlags {
  readonly allowModules?: boolean;
}

/** Adds the option of commands that read runs. */
export function moduleOption(command: Command): Command {
  return command.option(
    '--allow-modules',
    'run the code of modules that the manifest of a run names; it has your rights',
  );
}

/** The option as what is called takes it. */
export function moduleTrust({ allowModules = false }: ModuleFlags): {
  readonly allowModules: boolean;
} {
  return { allowModules };
}

/** Runs a command; an error becomes one line and exit status 1, an interrupt status 130. */
export async function guarded(
  { json = false, device, precision }: CommonOptions,
  work: (output: ListeningOutput, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  // Where `startBackend` looks, in the processes too that this one starts.
  if (device !== undefined) process.env['HALP_DEVICE'] = device;
  if (precision !== undefined) process.env['HALP_PRECISION'] = precision;
  const output = listening(processOutput(json));
  const controller = new AbortController();
  const interrupt = (): void => controller.abort();
  // SIGHUP: the terminal was closed.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.once(name, interrupt);
  try {
    await work(output, controller.signal);
  } catch (error) {
    output.stop();
    process.exitCode = controller.signal.aborted ? 130 : 1;
    output.line(
      controller.signal.aborted
        ? 'interrupted; what was saved is complete, and the same command (pretrain: with --resume) goes on from there'
        : `halp: ${messageOf(error)}`,
    );
  } finally {
    output.stop();
    for (const name of signals) process.off(name, interrupt);
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return process.env['HALP_DEBUG'] === undefined ? error.message : (error.stack ?? error.message);
}

/** A whole number of at least 0 that a double holds exactly, from the command line. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number of at least 0');
  if (!Number.isSafeInteger(number))
    throw new InvalidArgumentError(`expected at most ${Number.MAX_SAFE_INTEGER}`);
  return number;
}

/** A whole number of at least 1, from the command line. */
export function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number < 1) throw new InvalidArgumentError('expected a whole number of at least 1');
  return number;
}

/** A number in (0, 1], from the command line. */
export function unitNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 1)) throw new InvalidArgumentError('expected a number in (0, 1]');
  return number;
}

/** Numbers of at least 0, separated by commas, from the command line. */
export function weightList(text: string): number[] {
  return text.split(',').map((part) => {
    const weight = Number(part);
    if (part.trim() === '' || !(weight >= 0 && weight < Infinity)) {
      throw new InvalidArgumentError('expected numbers of at least 0, separated by commas');
    }
    return weight;
  });
}

/** Whole numbers, separated by commas, from the command line. */
export function numberList(text: string): number[] {
  return text.split(',').map((part) => wholeNumber(part.trim()));
}
