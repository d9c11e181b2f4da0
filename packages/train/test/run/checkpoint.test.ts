import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  crc32,
  FormatError,
  formatNpy,
  formatSafetensors,
  type NdArray,
  parseSafetensors,
  parseSafetensorsHeader,
} from '@halp/files';
import { createRandom } from '@halp/random';
import { onEachBackend } from '@halp/testing';
import {
  checkpointInfo,
  type EpochReport,
  fit,
  loadCheckpointInto,
  loadCheckpointPartInto,
  saveCheckpoint,
  START,
} from '@halp/train';
import { enterChecksum } from '../../src/run/checkpoint.ts';
import { bytesOf, pairs, type Tiny, tiny } from '../tiny.ts';

const PATH = 'checkpoints/last.safetensors';
const position = { epoch: 2, step: 6, samples: 24 };
const schedule = { kind: 'step', rate: 0.1, milestones: [3], factor: 0.1 } as const;

/** Trains up to an epoch and returns the reports without timings. */
async function trainTo(epochs: number, model: Tiny, from = START): Promise<Partial<EpochReport>[]> {
  const options = { epochs, schedule, from, optimizer: model.optimizer };
  const reports: Partial<EpochReport>[] = [];
  for await (const report of fit(model.objective, pairs, options, createRandom(4))) {
    const { seconds, clipsPerSecond, ...rest } = report;
    expect(seconds * clipsPerSecond).toBeCloseTo(12, 6);
    reports.push(rest);
  }
  return reports;
}

/** A checkpoint of a model after some training. */
async function checkpointOf(model: Tiny): Promise<Uint8Array> {
  await trainTo(1, model);
  return saveCheckpoint({ ...model, rng: createRandom(4) }, position, { recipe: 'tiny' });
}

onEachBackend(() => {
  describe('a resumed run', () => {
    it('ends with the same bytes and log as an uninterrupted run', async () => {
      const undisturbed = tiny(1);
      const log = await trainTo(4, undisturbed);

      const first = tiny(1);
      const begun = await trainTo(2, first);
      const bytes = await saveCheckpoint({ ...first, rng: createRandom(4) }, position);
      // With another seed, everything that the checkpoint does not restore differs.
      const second = tiny(2);
      const { position: from } = loadCheckpointInto(bytes, PATH, second);
      expect(bytesOf(second)).toEqual(bytesOf(first));
      const rest = await trainTo(4, second, from);

      expect([...begun, ...rest]).toEqual(log);
      expect(bytesOf(second)).toEqual(bytesOf(undisturbed));
      for (const model of [undisturbed, first, second]) model.dispose();
    });
  });

  describe('saveCheckpoint and loadCheckpointInto', () => {
    it('restore every variable, the position, the random stream and the notes', async () => {
      const model = tiny(1);
      const rng = createRandom(4);
      rng.normal();
      const bytes = await saveCheckpoint({ ...model, rng }, position, { recipe: 'tiny', ü: '"' });
      const other = tiny(2);
      const info = loadCheckpointInto(bytes, PATH, other);
      expect(bytesOf(other)).toEqual(bytesOf(model));
      expect(info.position).toEqual(position);
      expect({ ...info.notes }).toEqual({ recipe: 'tiny', ü: '"' });
      expect(info.rng.state()).toEqual(rng.state());
      model.dispose();
      other.dispose();
    });

    it('reject a changed bit in the numbers and change nothing', async () => {
      const model = tiny(1);
      const bytes = await saveCheckpoint({ ...model, rng: createRandom(4) }, position);
      const other = tiny(2);
      const before = bytesOf(other);
      bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 1;
      expect(() => loadCheckpointInto(bytes, PATH, other)).toThrow(
        /expected contents of checksum [0-9a-f]{8}, got [0-9a-f]{8}; the file is damaged/,
      );
      expect(bytesOf(other)).toEqual(before);
      model.dispose();
      other.dispose();
    });

    it('reject a changed bit anywhere, including the position, and change nothing', async () => {
      const model = tiny(1);
      const whole = await saveCheckpoint({ ...model, rng: createRandom(4) }, position, {
        note: 'n',
      });
      const other = tiny(2);
      const before = bytesOf(other);
      const read: number[] = [];
      for (let at = 0; at < whole.length; at++) {
        const bytes = whole.slice();
        bytes[at] = (bytes[at] as number) ^ (1 << (at % 7));
        for (const use of [
          () => checkpointInfo(bytes, PATH),
          () => loadCheckpointInto(bytes, PATH, other),
        ]) {
          try {
            use();
            read.push(at);
          } catch (error) {
            if (!(error instanceof FormatError)) throw error;
          }
        }
      }
      expect(read).toEqual([]);
      expect(bytesOf(other)).toEqual(before);
      model.dispose();
      other.dispose();
    });

    it('do not change the bytes, also of a Buffer', async () => {
      const bytes = Buffer.from(await withModel(1, checkpointOf));
      const before = Buffer.from(bytes);
      const model = tiny(2);
      loadCheckpointInto(bytes, PATH, model);
      checkpointInfo(bytes, PATH);
      expect(bytes.equals(before)).toBe(true);
      model.dispose();
    });

    it('reject a file without its checksum', async () => {
      const bytes = await withModel(1, checkpointOf);
      const { tensors, metadata } = parseSafetensors(bytes, PATH);
      const rest: Record<string, string> = { ...metadata };
      delete rest['halp.crc32'];
      const error = thrownBy(() => checkpointInfo(formatSafetensors(tensors, rest), PATH));
      expect(error.message).toContain('expected the checksum of a checkpoint, got none');
    });

    it('read version 1, whose checksum covers only the numbers', async () => {
      const model = tiny(1);
      const bytes = await saveCheckpoint({ ...model, rng: createRandom(4) }, position);
      const { tensors, metadata } = parseSafetensors(bytes, PATH);
      const first: Record<string, string> = { ...metadata, 'halp.checkpoint': '1' };
      const { dataOffset } = parseSafetensorsHeader(formatSafetensors(tensors, first), PATH);
      const numbers = formatSafetensors(tensors, first).subarray(dataOffset);
      first['halp.crc32'] = crc32(numbers).toString(16).padStart(8, '0');
      const other = tiny(2);
      expect(loadCheckpointInto(formatSafetensors(tensors, first), PATH, other).position).toEqual(
        position,
      );
      expect(bytesOf(other)).toEqual(bytesOf(model));
      model.dispose();
      other.dispose();
    });

    it('leak no tensor', async () => {
      const model = tiny(1);
      const before = tf.memory().numTensors;
      const bytes = await saveCheckpoint({ ...model, rng: createRandom(4) }, position);
      expect(tf.memory().numTensors).toBe(before);
      loadCheckpointInto(bytes, PATH, model);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });

    it('store each variable under the name of its group', async () => {
      const model = tiny(1);
      const bytes = await checkpointOf(model);
      expect(Object.keys(parseSafetensors(bytes, PATH).tensors).sort()).toEqual([
        'optimizer.momentum.layer.bias',
        'optimizer.momentum.layer.weight',
        'params.layer.bias',
        'params.layer.weight',
        'state.mean',
        'state.steps',
      ]);
      model.dispose();
    });
  });

  describe('saveCheckpoint', () => {
    it.each([NaN, Infinity])('rejects %s in any variable and names it', async (value) => {
      const model = tiny(1);
      tf.tidy(() => model.objective.state['mean']?.assign(tf.tensor1d([0, value])));
      const before = tf.memory().numTensors;
      await expect(saveCheckpoint({ ...model, rng: createRandom(4) }, position)).rejects.toThrow(
        "expected finite numbers, got NaN or infinity in 'state.mean' after 6 steps",
      );
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });

    it('rejects notes with reserved names', async () => {
      const model = tiny(1);
      const saving = saveCheckpoint({ ...model, rng: createRandom(4) }, position, {
        'halp.position': '',
      });
      await expect(saving).rejects.toThrow('expected notes of other names than halp.*');
      model.dispose();
    });
  });

  describe('loadCheckpointPartInto', () => {
    const weight = 'params.layer.weight';
    const saved = async (): Promise<{ bytes: Uint8Array; values: number[] }> => {
      const model = tiny(1);
      const values = [...(model.objective.params['layer.weight']?.dataSync() ?? [])];
      const bytes = await saveCheckpoint({ ...model, rng: createRandom(0) }, START);
      model.dispose();
      return { bytes, values };
    };

    it('loads the given variables and ignores the rest of the checkpoint', async () => {
      const { bytes, values } = await saved();
      const variable = tf.tidy(() => tf.variable(tf.zeros([2, 3])));
      const { position } = loadCheckpointPartInto(bytes, PATH, { [weight]: variable });
      expect(position).toEqual(START);
      expect([...variable.dataSync()]).toEqual(values);
      variable.dispose();
    });

    it('changes nothing if a variable is missing or has another shape, or a byte is damaged', async () => {
      const { bytes } = await saved();
      const variable = tf.tidy(() => tf.variable(tf.zeros([2, 3])));
      const other = tf.tidy(() => tf.variable(tf.zeros([3, 2])));
      const damaged = Uint8Array.from(bytes);
      damaged[damaged.length - 1] = (damaged.at(-1) as number) ^ 1;
      expect(() =>
        loadCheckpointPartInto(bytes, PATH, { [weight]: variable, none: other }),
      ).toThrow(/none/);
      expect(() => loadCheckpointPartInto(bytes, PATH, { [weight]: other })).toThrow(/\[3, 2\]/);
      expect(() => loadCheckpointPartInto(damaged, PATH, { [weight]: variable })).toThrow(
        /checksum/,
      );
      expect([...variable.dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
      tf.dispose([variable, other]);
    });
  });

  describe('loadCheckpointInto', () => {
    type Change = (tensors: Record<string, NdArray>, metadata: Record<string, string>) => void;
    const weight = 'params.layer.weight';
    const changes: readonly (readonly [string, Change, RegExp])[] = [
      ['lacks a tensor', (tensors) => delete tensors['state.mean'], /state\.mean/],
      [
        'has an additional tensor',
        (tensors) => (tensors['state.queue'] = tensors['state.mean'] as NdArray),
        /state\.queue/,
      ],
      [
        'has an additional tensor with the name of an Object member',
        (tensors) => (tensors['constructor'] = tensors['state.mean'] as NdArray),
        /constructor/,
      ],
      [
        'has a tensor of another shape',
        (tensors) => (tensors[weight] = { ...(tensors[weight] as NdArray), shape: [3, 2] }),
        /params\.layer\.weight.*expected.*\[2, 3\].*got.*\[3, 2\]/,
      ],
      [
        'has int32 instead of float32',
        (tensors) =>
          (tensors['state.mean'] = { dtype: 'int32', shape: [2], data: new Int32Array(2) }),
        /state\.mean/,
      ],
      [
        'has float32 instead of int32',
        (tensors) =>
          (tensors['state.steps'] = { dtype: 'float32', shape: [], data: new Float32Array(1) }),
        /state\.steps/,
      ],
      [
        'has NaN in a tensor',
        (tensors) => ((tensors['optimizer.momentum.layer.bias'] as NdArray).data[1] = NaN),
        /optimizer\.momentum\.layer\.bias/,
      ],
      [
        'has another version',
        (_, metadata) => (metadata['halp.checkpoint'] = '3'),
        /version 2, got version 3/,
      ],
      [
        'is not a checkpoint',
        (_, metadata) => delete metadata['halp.checkpoint'],
        /version 2, got none/,
      ],
      [
        'has no position',
        (_, metadata) => delete metadata['halp.position'],
        /position of a checkpoint, got none/,
      ],
      [
        'has a position that is not JSON',
        (_, metadata) => (metadata['halp.position'] = '{'),
        /position.*got \{/,
      ],
      [
        'has a negative position',
        (_, metadata) => (metadata['halp.position'] = '{"epoch":-1,"step":0,"samples":0}'),
        /position of a checkpoint/,
      ],
      [
        'has a position without its samples',
        (_, metadata) => (metadata['halp.position'] = '{"epoch":1,"step":0}'),
        /position of a checkpoint/,
      ],
      [
        'has no random state',
        (_, metadata) => delete metadata['halp.random'],
        /random state.*got none/,
      ],
      [
        'has a random state with a wrong number of words',
        (_, metadata) => (metadata['halp.random'] = '{"identity":[1,2,3],"words":[1,2,3,4]}'),
        /random state of a checkpoint/,
      ],
    ];

    it.each(changes)('rejects a file that %s, and changes nothing', async (_, change, message) => {
      const bytes = await withModel(1, checkpointOf);
      const { tensors, metadata } = parseSafetensors(bytes, PATH);
      const changed = [{ ...tensors }, { ...metadata } as Record<string, string>] as const;
      change(...changed);
      // With a matching checksum; otherwise the checksum is reported first.
      const made = formatSafetensors(...changed);
      enterChecksum(made);
      const model = tiny(2);
      const before = bytesOf(model);
      const error = thrownBy(() => loadCheckpointInto(made, PATH, model));
      expect(error).toBeInstanceOf(FormatError);
      expect(error.path).toBe(PATH);
      expect(error.message).toMatch(message);
      expect(bytesOf(model)).toEqual(before);
      model.dispose();
    });

    it('rejects a truncated file and a file of another format, and changes nothing', async () => {
      const bytes = await withModel(1, checkpointOf);
      const model = tiny(2);
      const before = bytesOf(model);
      const others = [
        formatNpy({ dtype: 'int8', shape: [1], data: new Int8Array(1) }),
        new Uint8Array(100),
      ];
      for (let length = 0; length < bytes.length; length += 7) others.push(bytes.slice(0, length));
      for (const other of others) {
        expect(thrownBy(() => loadCheckpointInto(other, PATH, model))).toBeInstanceOf(FormatError);
      }
      expect(bytesOf(model)).toEqual(before);
      model.dispose();
    });
  });
});

async function withModel<T>(seed: number, work: (model: Tiny) => Promise<T>): Promise<T> {
  const model = tiny(seed);
  try {
    return await work(model);
  } finally {
    model.dispose();
  }
}

function thrownBy(work: () => unknown): FormatError {
  try {
    work();
  } catch (error) {
    return error as FormatError;
  }
  throw new Error('nothing was thrown');
}
