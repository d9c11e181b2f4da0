import { type Command, InvalidArgumentError, Option } from 'commander';
import { type BackendName, BACKENDS, type Precision, PRECISIONS } from '@halp/backend';
import { oneError } from '@halp/runs/check';
import { COMMON_GROUP } from './help.ts';
import { listening, type ListeningOutput } from './listen.ts';
import { withFlags } from './option-flags.ts';
import { processOutput } from './output.ts';

/** Flags that several commands share. */
export interface CommonOptions {
  readonly backend?: BackendName;
  readonly device?: string;
  readonly precision?: Precision;
  readonly json?: boolean;
  readonly allowModules?: boolean;
}

/** Adds `--json`, and the options of commands that start a backend or read runs, which may name modules. */
export function common(command: Command, has: readonly ('backend' | 'modules')[] = []): Command {
  const add = (flags: string, description: string): Option => {
    const option = new Option(flags, description).helpGroup(COMMON_GROUP);
    command.addOption(option);
    return option;
  };
  add('--json', 'Print the result as one JSON object on standard output');
  if (has.includes('backend')) {
    const fastest = 'default: HALP_BACKEND, else the fastest that starts';
    add('--backend <name>', `TensorFlow.js backend (${fastest})`).choices(BACKENDS);
    add('--device <name>', 'GPU to use: its number, or on webgpu a part of its name').env(
      'HALP_DEVICE',
    );
    const usual = 'default: HALP_PRECISION, else float32';
    add('--precision <name>', `Precision of the factors in GRU products (${usual})`).choices(
      PRECISIONS,
    );
    fromEnvironment(command, 'backend', BACKENDS);
    fromEnvironment(command, 'precision', PRECISIONS);
  }
  if (has.includes('modules')) {
    add(
      '--allow-modules',
      'Load the modules that a run’s manifest names; this runs their code with your rights',
    );
  }
  return command;
}

/** Sets an option from its environment variable; `startBackend` itself reads other values, such as `auto`. */
function fromEnvironment(
  command: Command,
  option: 'backend' | 'precision',
  names: readonly string[],
): void {
  const value = process.env[`HALP_${option.toUpperCase()}`];
  if (value === undefined || !names.includes(value)) return;
  command.setOptionValueWithSource(option, value, 'env');
}

/** Runs a command; an error becomes one line and exit status 1, an interrupt status 130. */
export async function guarded(
  { json = false, device, precision }: CommonOptions,
  work: (output: ListeningOutput, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  // `startBackend` reads these, also in child processes.
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
        ? 'interrupted; what was saved is complete: run the same command again to resume (pretrain: with --resume)'
        : `halp: ${messageOf(error)}`,
    );
  } finally {
    output.stop();
    for (const name of signals) process.off(name, interrupt);
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return oneError(String(error));
  const { message, stack = message } = error;
  return process.env['HALP_DEBUG'] === undefined ? oneError(withFlags(message)) : withFlags(stack);
}

/** Parses a whole number of at least 0 and at most 2^53 - 1. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number of at least 0');
  if (!Number.isSafeInteger(number))
    throw new InvalidArgumentError(`expected at most ${Number.MAX_SAFE_INTEGER}`);
  return number;
}

/** Parses a whole number of at least 1. */
export function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number < 1) throw new InvalidArgumentError('expected a whole number of at least 1');
  return number;
}

/** Parses a number above 0. */
export function positiveDecimal(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number > 0 && number < Infinity)) {
    throw new InvalidArgumentError('expected a number above 0');
  }
  return number;
}

/** Parses a number in (0, 1]. */
export function unitNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 1)) throw new InvalidArgumentError('expected a number in (0, 1]');
  return number;
}

/** Parses comma-separated numbers of at least 0. */
export function weightList(text: string): number[] {
  return text.split(',').map((part) => {
    const weight = Number(part);
    if (part.trim() === '' || !(weight >= 0 && weight < Infinity)) {
      throw new InvalidArgumentError('expected numbers of at least 0, separated by commas');
    }
    return weight;
  });
}

/** Parses comma-separated whole numbers. */
export function numberList(text: string): number[] {
  return text.split(',').map((part) => wholeNumber(part.trim()));
}
