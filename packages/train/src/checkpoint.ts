import { FormatError, parseSafetensorsHeader } from '@halp/files';
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
 * position and the random stream in its metadata.
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
  return saveParams(variables, {
    ...notes,
    'halp.checkpoint': String(CHECKPOINT_VERSION),
    'halp.position': JSON.stringify(positionAlone(position)),
    'halp.random': JSON.stringify(training.rng.state()),
  });
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
  const info = readInfo(parseSafetensorsHeader(bytes, path).metadata, path);
  loadParams(variablesOf(training), bytes, path);
  return info;
}

function readInfo(metadata: Readonly<Record<string, string>>, path: string): CheckpointInfo {
  const {
    'halp.checkpoint': version,
    'halp.position': position,
    'halp.random': random,
    ...notes
  } = metadata;
  if (version !== String(CHECKPOINT_VERSION)) {
    const got = version === undefined ? 'none' : `version ${version}`;
    throw new FormatError(
      path,
      `expected a checkpoint of version ${CHECKPOINT_VERSION}, got ${got}`,
    );
  }
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
