#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { checkNative, type NativeStatus } from './install/check.ts';
import { installNative } from './install/install.ts';
import { listNative, uninstallNative } from './install/kept.ts';
import { NativeError } from './machine/native-error.ts';
import type { InstallProgress, NativeOptions } from './machine/options.ts';
import type { NativePackageName } from './machine/package-name.ts';

const USAGE = `usage: tfjs-native install [options]
       tfjs-native list [--json]
       tfjs-native uninstall [--project DIR] [--json]

install makes @tensorflow/tfjs-node or @tensorflow/tfjs-node-gpu run in this project. Their own install script
downloads a library that no longer exists; this command takes it from TensorFlow's Python wheel and compiles the
package's binding. Needs Linux x64 (Linux arm64, macOS arm64: untested), Node 20 or newer, python3 with pip, g++; 1.4 GB
of disk during installation, 860 MB after. list shows the files kept for all projects of this user; uninstall removes
them and this project's binding.

  --check          list what is missing, change nothing; exit status 1 if anything is
  --cuda           TensorFlow for NVIDIA's GPUs, Linux x64 (untested); about 10 GB of disk during installation
  --json           one JSON object on standard output
  --wheel FILE     use this copy of the wheel instead of downloading it
  --project DIR    the project (default: the current folder)
  --package NAME   what to install if the project has neither package (default: @tensorflow/tfjs-node-gpu)
  --help           this text

Libraries are kept in $XDG_CACHE_HOME/halp/tfjs-native or ~/.cache/halp/tfjs-native; HALP_NATIVE=off disables this tool.`;

const COMMANDS = ['install', 'list', 'uninstall'] as const;

const PACKAGES: readonly string[] = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];

/** The parsed command line. */
interface Command {
  readonly word: (typeof COMMANDS)[number];
  readonly help: boolean;
  readonly check: boolean;
  readonly json: boolean;
  readonly options: NativeOptions;
}

function parse(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      check: { type: 'boolean', default: false },
      cuda: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      wheel: { type: 'string' },
      project: { type: 'string' },
      package: { type: 'string' },
    },
  });
  const { check, cuda, json, help, wheel, project } = values;
  const word = COMMANDS.find((each) => each === positionals[0]);
  if (!help && (positionals.length !== 1 || word === undefined)) {
    throw new TypeError(
      `tfjs-native: expected one command of ${COMMANDS.join(', ')}, got '${positionals.join(' ')}'`,
    );
  }
  if (values.package !== undefined && !PACKAGES.includes(values.package)) {
    throw new TypeError(
      `tfjs-native: expected --package ${PACKAGES.join(' or ')}, got '${values.package}'`,
    );
  }
  const name = values.package as NativePackageName | undefined;
  const options = { wheelFile: wheel, project, package: name, cuda };
  return { word: word ?? 'install', check, json, help, options };
}

async function install({ json, options }: Command): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => interrupted.abort());
  const meter = progressMeter();
  try {
    const done = await installNative({
      ...options,
      signal: interrupted.signal,
      onProgress: meter.show,
    });
    meter.end();
    answer(json, { ok: true, ...done }, done.summary);
    return 0;
  } catch (error) {
    meter.end();
    if (interrupted.signal.aborted) {
      const message = 'installNative: interrupted; no partial files were left';
      answer(json, { ok: false, problem: 'interrupted', message }, message, false);
      return 130;
    }
    if (!(error instanceof NativeError)) throw error;
    const { problem, message, fix } = error;
    answer(json, { ok: false, problem, message, fix }, message, false);
    return 1;
  }
}

async function check({ json, options }: Command): Promise<number> {
  const status = await checkNative(options);
  answer(json, status, describe(status));
  return status.ready ? 0 : 1;
}

async function list({ json, options }: Command): Promise<number> {
  const kept = await listNative(options);
  const lines = kept.items.map(({ name, bytes }) => `${megabytes(bytes)}  ${name}`);
  const total = `${megabytes(kept.bytes)}  in ${kept.cache}`;
  answer(json, kept, [...lines, total].join('\n'));
  return 0;
}

async function uninstall({ json, options }: Command): Promise<number> {
  const done = await uninstallNative(options);
  const { bytes, cache } = done.removed;
  const lost = done.unbound === undefined ? '' : `; ${done.unbound} no longer has a binding`;
  answer(json, done, `freed ${megabytes(bytes).trim()} in ${cache}${lost}`);
  return 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`.padStart(11);
}

function describe(status: NativeStatus): string {
  const name =
    status.package === undefined
      ? 'no TensorFlow.js package'
      : `${status.package.name} ${status.package.version}`;
  if (status.ready) return `${name} runs TensorFlow ${String(status.tensorflow)}`;
  const can = status.obstacles.length === 0;
  return [
    `${name}: not ready${can ? '; run: npx @halp/tfjs-native install' : ''}`,
    ...status.todo.map((each) => `  to do: ${each}`),
    ...status.obstacles.map((each) => `  in the way: ${each.message}`),
    ...(status.untested === undefined ? [] : [`  beware: ${status.untested}`]),
  ].join('\n');
}

/** Prints the result: an object on standard output for programs, otherwise text; failures go to standard error. */
function answer(json: boolean, forPrograms: object, forPeople: string, good = true): void {
  const text = withFlags(json ? JSON.stringify(forPrograms) : forPeople);
  if (json || good) console.log(text);
  else console.error(text);
}

/** A message of the library with the options of its functions as the flags of this program. */
function withFlags(message: string): string {
  return message.replaceAll('option wheelFile', '--wheel FILE').replaceAll('option cuda', '--cuda');
}

function progressMeter(): { show: (progress: InstallProgress) => void; end: () => void } {
  const terminal = process.stderr.isTTY;
  let last = '';
  const show = ({ message, fraction }: InstallProgress): void => {
    if (terminal) {
      const share = fraction === undefined ? '' : ` ${Math.floor(fraction * 100)} %`;
      process.stderr.write(`\r\u001b[K${message}${share}`);
    } else if (message !== last) process.stderr.write(`${message}\n`);
    last = message;
  };
  return { show, end: () => void (terminal && process.stderr.write('\r\u001b[K')) };
}

async function main(): Promise<number> {
  let command: Command;
  try {
    command = parse(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (command.help) {
    console.log(USAGE);
    return 0;
  }
  switch (command.word) {
    case 'install':
      return command.check ? check(command) : install(command);
    case 'list':
      return list(command);
    case 'uninstall':
      return uninstall(command);
  }
}

process.exitCode = await main();
