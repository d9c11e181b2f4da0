import * as tf from '@tensorflow/tfjs-core';
import {
  type Bytes,
  crc32,
  FormatError,
  parseSafetensors,
  parseSafetensorsHeader,
} from '@halp/files';
import { fileBytes } from '@halp/files/check';
import {
  loadParamsInto,
  loadStateInto,
  mergeParams,
  type Objective,
  type Optimizer,
  type Params,
  prefixed,
  saveParams,
} from '@halp/nn';
import { type Random, type RandomState, restoreRandom } from '@halp/random';
import { expectObject, expectRandom } from '@halp/random/check';
import { expectObjective, expectOptimizer } from '../check.ts';
import { isPosition, type TrainingPosition } from '../fit/position.ts';

/**
 * The version of the checkpoint format that this package writes. It also reads version 1, whose checksum
 * covers only the numbers.
 */
export const CHECKPOINT_VERSION = 2;

/** The state of training: the contents of a checkpoint except the position. */
export interface TrainingState<Input> {
  /** Holds the parameters and the other variables of the model. */
  readonly objective: Objective<Input>;
  /** Holds the momentum buffers. */
  readonly optimizer: Optimizer;
  /** The stream of the run. */
  readonly rng: Random;
}

/** The metadata of a checkpoint. */
export interface CheckpointInfo {
  /** The position of training. */
  readonly position: TrainingPosition;
  /** The stream of the run. */
  readonly rng: Random;
  /** Additional metadata. */
  readonly notes: Readonly<Record<string, string>>;
}

/**
 * The bytes of a checkpoint: a safetensors file with `params.*`, `state.*` and `optimizer.*`, the
 * position, the random stream and a checksum of the whole file in its metadata.
 *
 * @param notes - Further metadata; names that begin with `halp.` are reserved.
 * @throws RangeError if a note has a reserved name.
 * @throws Error if a number is NaN or infinite, so a diverged run does not replace its last good checkpoint.
 */
export async function saveCheckpoint<Input>(
  training: TrainingState<Input>,
  position: TrainingPosition,
  notes: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  expectObject('saveCheckpoint', training, 'a training { objective, optimizer, rng }');
  expectObjective('saveCheckpoint', training.objective);
  expectOptimizer('saveCheckpoint', training.optimizer);
  expectRandom('saveCheckpoint', training.rng);
  expectObject('saveCheckpoint', position, 'a position');
  expectObject('saveCheckpoint', notes, 'notes by name');
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
 * Loads a checkpoint's tensors into `training` and returns its position and random stream.
 *
 * Nothing is changed unless every name, type and shape matches.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if this is not a checkpoint of this version, or if tensors are missing, unexpected or of another shape.
 */
export function loadCheckpointInto<Input>(
  input: Bytes,
  path: string,
  training: Pick<TrainingState<Input>, 'objective' | 'optimizer'>,
): CheckpointInfo {
  const bytes = fileBytes('loadCheckpointInto', input);
  expectObject('loadCheckpointInto', training, 'a training { objective, optimizer }');
  expectObjective('loadCheckpointInto', training.objective);
  expectOptimizer('loadCheckpointInto', training.optimizer);
  const { metadata } = parseSafetensorsHeader(bytes, path);
  const info = readInfo(metadata, path);
  // Before any of its contents is used.
  requireChecksum(metadata, bytes, path);
  loadParamsInto(variablesOf(training), bytes, path);
  return info;
}

/**
 * Loads a part of a checkpoint's tensors into variables of the same names, such as `params.encoder_q.fc.weight`, and
 * returns its position and random stream. Other tensors in the checkpoint are ignored.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if this is not a checkpoint of this version, is damaged, lacks one of the variables or holds it in
 * another shape; nothing is changed in that case.
 */
export function loadCheckpointPartInto(
  input: Bytes,
  path: string,
  variables: Params,
): CheckpointInfo {
  const bytes = fileBytes('loadCheckpointPartInto', input);
  expectObject('loadCheckpointPartInto', variables, 'variables by name');
  const { tensors, metadata } = parseSafetensors(bytes, path);
  const info = readInfo(metadata, path);
  // Before any of its contents is used.
  requireChecksum(metadata, bytes, path);
  const part = Object.entries(tensors).filter(([name]) => Object.hasOwn(variables, name));
  loadStateInto(variables, Object.fromEntries(part), path);
  return info;
}

/**
 * The metadata of a checkpoint; its tensors are not read.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if this is not a checkpoint of this version, or is damaged.
 */
export function checkpointInfo(input: Bytes, path: string): CheckpointInfo {
  const bytes = fileBytes('checkpointInfo', input);
  const { metadata } = parseSafetensorsHeader(bytes, path);
  const info = readInfo(metadata, path);
  requireChecksum(metadata, bytes, path);
  return info;
}

/** The name of the checksum in the metadata, and its placeholder while it is computed. */
const CHECKSUM = 'halp.crc32';
const NO_CHECKSUM = '00000000';
const DIGITS = /^[0-9a-f]{8}$/;

/** The bytes of the header of a safetensors file with the 8 bytes of its length, and those of the numbers after it. */
function partsOf(bytes: Uint8Array): { readonly header: Uint8Array; readonly numbers: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 8 + Number(view.getBigUint64(0, true));
  return { header: bytes.subarray(0, end), numbers: bytes.subarray(end) };
}

/** The position of the digits of the checksum in a header. */
function placeOfChecksum(header: Uint8Array): number {
  const name = new TextEncoder().encode(`"${CHECKSUM}":"`);
  const at = header.findIndex((_, i) => name.every((byte, k) => header[i + k] === byte));
  return at < 0 ? at : at + name.length;
}

const digitsOf = (checksum: number): string => checksum.toString(16).padStart(8, '0');

/**
 * Eight hexadecimal digits of the CRC-32 of a checkpoint: of the header with {@link NO_CHECKSUM} in place of the digits,
 * and of the numbers; of the numbers alone in version 1.
 */
function checksumOf(bytes: Uint8Array, version: string | undefined): string {
  const { header, numbers } = partsOf(bytes);
  if (version === '1') return digitsOf(crc32(numbers));
  // Not slice(): a Buffer's shares its memory.
  const blank = new Uint8Array(header);
  blank.set(new TextEncoder().encode(NO_CHECKSUM), placeOfChecksum(blank));
  // Two sums are combined, to avoid a copy of the numbers, which take most of the memory.
  const both = new TextEncoder().encode(digitsOf(crc32(blank)) + digitsOf(crc32(numbers)));
  return digitsOf(crc32(both));
}

/** Writes the checksum at its position in the header. */
export function enterChecksum(bytes: Uint8Array): void {
  const { header } = partsOf(bytes);
  const digits = checksumOf(bytes, String(CHECKPOINT_VERSION));
  header.set(new TextEncoder().encode(digits), placeOfChecksum(header));
}

function requireChecksum(
  metadata: Readonly<Record<string, string>>,
  bytes: Uint8Array,
  path: string,
): void {
  const { [CHECKSUM]: expected, 'halp.checkpoint': version } = metadata;
  const damaged = 'the file is damaged, resume from another checkpoint';
  if (
    expected === undefined ||
    !DIGITS.test(expected) ||
    placeOfChecksum(partsOf(bytes).header) < 0
  ) {
    throw new FormatError(
      path,
      `expected the checksum of a checkpoint, got ${expected ?? 'none'}; ${damaged}`,
    );
  }
  const got = checksumOf(bytes, version);
  if (got === expected) return;
  throw new FormatError(path, `expected contents of checksum ${expected}, got ${got}; ${damaged}`);
}

function readInfo(metadata: Readonly<Record<string, string>>, path: string): CheckpointInfo {
  const { 'halp.checkpoint': version, 'halp.position': position, 'halp.random': random } = metadata;
  if (version !== '1' && version !== String(CHECKPOINT_VERSION)) {
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

/** The fields of a position only, without the other fields of an epoch's report. */
function positionAlone({ epoch, step, samples, within }: TrainingPosition): TrainingPosition {
  return { epoch, step, samples, within };
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

/** All variables of a training state, with the name of their group as a prefix. */
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
          'training has diverged, resume from an earlier checkpoint',
      );
    }
  }
}
