import { crc32, FormatError, parseSafetensorsHeader } from '@halp/files';
import {
  loadParams,
  mergeParams,
  prefixed,
  saveParams,
  type Objective,
  type Optimizer,
  type Params,
} from '@halp/nn';
import { restoreRandom, type Random, type RandomState } from '@halp/random';
import * as tf from '@tensorflow/tfjs-core';
import { isPosition, type TrainingPosition } from './position.ts';

/** The version of the checkpoint format that this package writes and reads. */
export const CHECKPOINT_VERSION = 1;

/** What training consists of: everything that a checkpoint holds besides the position. */
export interface TrainingState<Input> {
  /** Gives the parameters and the rest of the model's state. */
  readonly objective: Objective<Input>;
  /** Gives the momentum buffers. */
  readonly optimizer: Optimizer;
  /** The stream of the run. */
  readonly rng: Random;
}

/** What a checkpoint says besides its tensors. */
export interface CheckpointInfo {
  /** How far training had come. */
  readonly position: TrainingPosition;
  /** The stream of the run. */
  readonly rng: Random;
  /** What the writer added. */
  readonly notes: Readonly<Record<string, string>>;
}

/**
 * The bytes of a checkpoint: a safetensors file with `params.*`, `state.*` and `optimizer.*`, the
 * position, the random stream and a checksum of the numbers in its metadata.
 *
 * @param notes Further metadata; names that begin with `halp.` are taken.
 * @throws RangeError if a note has a name that is taken.
 * @throws Error if a number is NaN or infinite: a run that has diverged must not replace its last good checkpoint.
 */
export async function saveCheckpoint<Input>(
  training: TrainingState<Input>,
  position: TrainingPosition,
  notes: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const taken = Object.keys(notes).find((name) => name.startsWith('halp.'));
  if (taken !== undefined) {
    throw new RangeError(`saveCheckpoint: expected notes of other names than halp.*, got ${taken}`);
  }
  const variables = variablesOf(training);
  const { step } = position;
  await expectFinite(variables, step);
  const bytes = await saveParams(variables, {
    ...notes,
    [CHECKSUM]: NO_CHECKSUM,
    'halp.checkpoint': String(CHECKPOINT_VERSION),
    'halp.position': JSON.stringify(positionAlone(position)),
    'halp.random': JSON.stringify(training.rng.state()),
  });
  enterChecksum(bytes);
  return bytes;
}

/**
 * Puts a checkpoint's tensors into `training` and returns its position and random stream.
 *
 * Nothing is changed unless every name, type and shape fits.
 *
 * @param path The file's name, for error messages.
 * @throws FormatError if this is no checkpoint of this version, or says what is missing, unexpected or of another shape.
 */
export function loadCheckpoint<Input>(
  bytes: Uint8Array,
  path: string,
  training: Pick<TrainingState<Input>, 'objective' | 'optimizer'>,
): CheckpointInfo {
  const { metadata } = parseSafetensorsHeader(bytes, path);
  const info = readInfo(metadata, path);
  requireChecksum(metadata[CHECKSUM], bytes, path);
  loadParams(variablesOf(training), bytes, path);
  return info;
}

/**
 * What a checkpoint says besides its tensors, which are not looked at.
 *
 * @param path The file's name, for error messages.
 * @throws FormatError if this is no checkpoint of this version.
 */
export function checkpointInfo(bytes: Uint8Array, path: string): CheckpointInfo {
  return readInfo(parseSafetensorsHeader(bytes, path).metadata, path);
}

/** The name of the checksum in the metadata, and what stands there until it is known. */
const CHECKSUM = 'halp.crc32';
const NO_CHECKSUM = '00000000';

/** The numbers of a safetensors file, after the 8 bytes of its header's length and the header. */
function numbersOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.subarray(8 + Number(view.getBigUint64(0, true)));
}

/** Eight hexadecimal digits of the CRC-32 of a checkpoint's numbers. */
function checksumOf(bytes: Uint8Array): string {
  return crc32(numbersOf(bytes)).toString(16).padStart(8, '0');
}

/** Puts the checksum of the numbers where the header keeps room for it. */
function enterChecksum(bytes: Uint8Array): void {
  const header = bytes.subarray(0, bytes.length - numbersOf(bytes).length);
  const place = new TextEncoder().encode(`"${CHECKSUM}":"`);
  const at = header.findIndex((_, i) => place.every((byte, k) => header[i + k] === byte));
  header.set(new TextEncoder().encode(checksumOf(bytes)), at + place.length);
}

/** Checkpoints that were written before there were checksums have none. */
function requireChecksum(expected: string | undefined, bytes: Uint8Array, path: string): void {
  if (expected === undefined) return;
  const got = checksumOf(bytes);
  if (got === expected) return;
  throw new FormatError(
    path,
    `expected numbers of checksum ${expected}, got ${got}; the file is damaged, go on from another checkpoint`,
  );
}

function readInfo(metadata: Readonly<Record<string, string>>, path: string): CheckpointInfo {
  const { 'halp.checkpoint': version, 'halp.position': position, 'halp.random': random } = metadata;
  if (version !== String(CHECKPOINT_VERSION)) {
    const got = version === undefined ? 'none' : `version ${version}`;
    throw new FormatError(
      path,
      `expected a checkpoint of version ${CHECKPOINT_VERSION}, got ${got}`,
    );
  }
  const notes = Object.fromEntries(
    Object.entries(metadata).filter(([name]) => !name.startsWith('halp.')),
  );
  return { position: positionOf(position, path), rng: streamOf(random, path), notes };
}

function positionOf(text: string | undefined, path: string): TrainingPosition {
  const position = jsonOf(text);
  if (!isPosition(position)) {
    throw new FormatError(path, `expected the position of a checkpoint, got ${text ?? 'none'}`);
  }
  return positionAlone(position);
}

/** A position without whatever else its object holds: an epoch's report is one too. */
function positionAlone({ epoch, step, samples, within }: TrainingPosition): TrainingPosition {
  return { epoch, step, samples, ...(within === undefined ? {} : { within }) };
}

function streamOf(text: string | undefined, path: string): Random {
  try {
    return restoreRandom(jsonOf(text) as RandomState);
  } catch {
    throw new FormatError(path, `expected the random state of a checkpoint, got ${text ?? 'none'}`);
  }
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

/** All variables of a training state, each under the group that it belongs to. */
function variablesOf<Input>(
  training: Pick<TrainingState<Input>, 'objective' | 'optimizer'>,
): Params {
  const { objective, optimizer } = training;
  return mergeParams(
    prefixed('params', objective.params),
    prefixed('state', objective.state),
    prefixed('optimizer', optimizer.state),
  );
}

async function expectFinite(variables: Params, step: number): Promise<void> {
  for (const [name, variable] of Object.entries(variables)) {
    if (variable.dtype !== 'float32') continue;
    const finite = tf.tidy(() => tf.all(tf.isFinite(variable)));
    const [all] = await finite.data();
    finite.dispose();
    if (all !== 1) {
      throw new Error(
        `saveCheckpoint: expected finite numbers, got NaN or infinity in '${name}' after ${step} steps; ` +
          'training has diverged, go on from an earlier checkpoint',
      );
    }
  }
}
