import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileNameOf, FormatError } from '@halp/files';
import { isLeftover, readRegularFile, writeFileAtomic, writeInside } from '@halp/files/node';
import { expectInteger, expectObject, expectText } from '@halp/random/check';
import type { EpochReport } from '../fit/fit.ts';
import { loadCheckpointInto, loadCheckpointPartInto, saveCheckpoint } from './checkpoint.ts';
import { parseJson } from './json.ts';
import { formatLog, parseLog } from './log.ts';
import { parseManifest, type RunManifest } from './manifest.ts';
import type { RunFolder } from './run-folder.ts';
import {
  checkpointAfter,
  checkpointPath as pathIn,
  checkpointsText,
  lastCheckpoint,
  recentEpoch,
  recentName,
  savedCheckpoints,
} from './saved-checkpoints.ts';

const MANIFEST = 'manifest.json';
const LOG = 'log.jsonl';
const CHECKPOINTS = 'checkpoints';
const EVALUATIONS = 'evaluations';
/** A longer JSON text is written for programs only, on one line. */
const MOST_READABLE = 2 ** 20;
/** A lock that a process holds while it trains; not part of the run. */
export const RUN_LOCK = '.lock';

/**
 * Creates a run folder with its manifest.
 *
 * @throws Error if the path exists and is not an empty folder; it is not changed.
 */
export async function createRun(path: string, manifest: RunManifest): Promise<RunFolder> {
  expectText('createRun', 'a path', path);
  expectObject('createRun', manifest, 'a manifest');
  // Files of a lock, or left by a killed process, are not part of a run.
  const isNothing = (name: string): boolean => name.startsWith(RUN_LOCK) || isLeftover(name);
  const entries = (await readdirIfThere(path)).filter((name) => !isNothing(name)).length;
  if (entries > 0) {
    throw new Error(
      `createRun: expected an empty or new folder, got ${path} with ${entries} entries; ` +
        'choose another one, or resume the run that is there',
    );
  }
  await mkdir(path, { recursive: true });
  // The manifest makes a folder a run; other files are created when they are needed.
  await writeManifest(path, manifest);
  return folder(path, manifest, []);
}

/**
 * Opens the run folder at `path`.
 *
 * @throws FormatError if the folder is not a run, or its manifest or log cannot be read.
 */
export async function openRun(path: string): Promise<RunFolder> {
  expectText('openRun', 'a path', path);
  const file = join(path, MANIFEST);
  const manifest = parseManifest(await readExpected(file, 'the manifest of a run', 'utf8'), file);
  const logFile = join(path, LOG);
  const log = parseLog(await readRegularFile(logFile, 'utf8').catch(absentAs('')), logFile);
  return folder(path, manifest, log);
}

function folder(path: string, made: RunManifest, initial: readonly EpochReport[]): RunFolder {
  let manifest = made;
  let log = initial;
  const writeLog = async (next: readonly EpochReport[]): Promise<void> => {
    await writeFileAtomic(join(path, LOG), formatLog(next));
    log = next;
  };
  const checkpoints = join(path, CHECKPOINTS);
  const checkpointPath = (epoch?: number): string => pathIn(checkpoints, epoch);
  const writeInFolder = (file: string, contents: Uint8Array | string): Promise<void> =>
    writeInside(path, relative(path, file), contents);
  const existingPath = async (epoch?: number): Promise<string> => {
    if (epoch === undefined) return checkpointPath();
    const found = await checkpointAfter(checkpoints, epoch);
    if (found !== undefined) return found;
    throw new FormatError(
      checkpointPath(epoch),
      `expected a checkpoint after ${epoch} epochs, got none; ${await checkpointsText(checkpoints)}`,
    );
  };
  const evaluationPath = (name: string): string => join(path, EVALUATIONS, `${name}.json`);
  return {
    path,
    get manifest() {
      return manifest;
    },
    async amend(change) {
      const next = { ...manifest, ...change };
      await writeManifest(path, next);
      manifest = next;
    },
    get log() {
      return log;
    },
    appendLog: (report) => writeLog([...before(log, report.epoch), report]),
    async save(training, position, keep = false) {
      const recent = typeof keep === 'object' ? keep.recent : 0;
      expectInteger('save', 'keep.recent', recent, 0);
      const bytes = await saveCheckpoint(training, position, { recipe: manifest.name });
      if (keep === 'best') await writeInFolder(join(checkpoints, 'best.safetensors'), bytes);
      else if (keep === true) await writeInFolder(checkpointPath(position.epoch), bytes);
      await writeInFolder(checkpointPath(), bytes);
      if (recent > 0) await keepRecent(checkpoints, recentName(position.epoch), recent);
      return checkpointPath(keep === true ? position.epoch : undefined);
    },
    async restoreInto(training, epoch) {
      const file = await existingPath(epoch);
      const bytes = await readExpected(file, 'a checkpoint');
      const info = loadCheckpointInto(bytes, file, training);
      // Before the log is truncated: otherwise a run that dies here would resume from a checkpoint beyond its log.
      if (epoch !== undefined) await writeInFolder(checkpointPath(), bytes);
      const kept = before(log, info.position.epoch);
      if (kept.length < log.length) await writeLog(kept);
      return info;
    },
    async loadInto(training, epoch) {
      const file = await existingPath(epoch);
      return loadCheckpointInto(await readExpected(file, 'a checkpoint'), file, training);
    },
    async loadPartInto(variables, epoch) {
      const file = await existingPath(epoch);
      return loadCheckpointPartInto(await readExpected(file, 'a checkpoint'), file, variables);
    },
    hasCheckpoint: async (epoch) =>
      (epoch === undefined
        ? await lastCheckpoint(checkpoints)
        : await checkpointAfter(checkpoints, epoch)) !== undefined,
    checkpoints: () => savedCheckpoints(checkpoints),
    checkpointPath,
    async saveEvaluation(name, evaluation) {
      if (fileNameOf(name) !== name) {
        throw new RangeError(
          `saveEvaluation: expected a file name such as '${fileNameOf(name)}', got '${name}'`,
        );
      }
      await writeInFolder(evaluationPath(name), `${readableJson(evaluation)}\n`);
      return evaluationPath(name);
    },
    async evaluations() {
      const files = await readdirIfThere(join(path, EVALUATIONS));
      const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
      const entries = names.sort().map(async (name) => {
        const file = evaluationPath(name);
        return [name, parseJson(await readRegularFile(file, 'utf8'), file)] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
  };
}

/** Indented JSON, except for long values such as a large confusion matrix. */
function readableJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MOST_READABLE ? text : JSON.stringify(value, null, 2);
}

async function writeManifest(path: string, manifest: RunManifest): Promise<void> {
  await writeFileAtomic(join(path, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

function before(log: readonly EpochReport[], epoch: number): readonly EpochReport[] {
  return log.filter((report) => report.epoch < epoch);
}

/** Keeps the last checkpoint under another name as well, and removes older recent ones. */
async function keepRecent(checkpoints: string, name: string, count: number): Promise<void> {
  const file = join(checkpoints, name);
  await rm(file, { force: true });
  const last = pathIn(checkpoints);
  // A link is cheap, and safe because the last checkpoint is replaced, not overwritten; some file systems have no links.
  await link(last, file).catch(() => copyFile(last, file));
  const recent = (await readdir(checkpoints)).filter((entry) => !Number.isNaN(recentEpoch(entry)));
  const old = recent.sort((a, b) => recentEpoch(b) - recentEpoch(a)).slice(count);
  for (const entry of old) await rm(join(checkpoints, entry), { force: true });
}

function readdirIfThere(path: string): Promise<string[]> {
  return readdir(path).catch(absentAs<string[]>([]));
}

/** A default for a missing file; other errors are thrown. */
function absentAs<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code !== 'ENOENT') throw error;
    return value;
  };
}

async function readExpected(path: string, what: string): Promise<Uint8Array>;
async function readExpected(path: string, what: string, encoding: 'utf8'): Promise<string>;
async function readExpected(
  path: string,
  what: string,
  encoding?: 'utf8',
): Promise<Uint8Array | string> {
  try {
    return await (encoding === undefined ? readRegularFile(path) : readRegularFile(path, encoding));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const got = code === 'ENOENT' ? 'nothing at that path' : (code ?? message);
    throw new FormatError(path, `expected ${what}, got ${got}`);
  }
}
