import { describe, expect, it } from 'vitest';
import { FormatError, type NdArray } from '@halp/files';
import { fromAuthors, renameState, streamVariable, toAuthors, withoutPrefix } from '@halp/nn';
import { golden } from '@halp/testing';

const PATH = 'checkpoint.pth.tar';
type Tensors = Readonly<Record<string, NdArray>>;

/** The state before the step of a golden case, under PyTorch's names. */
function stateBefore(name: string): Tensors {
  const { arrays } = golden(name);
  const before = Object.entries(arrays).filter(([key]) => key.startsWith('before__'));
  return Object.fromEntries(
    before.map(([key, array]) => [key.slice('before__'.length).replaceAll('__', '.'), array]),
  );
}

const matrix = (rows: number, columns: number): NdArray => ({
  dtype: 'float32',
  shape: [rows, columns],
  data: Float32Array.from({ length: rows * columns }, (_, i) => i),
});
const firstParts = (tensors: Tensors): readonly string[] =>
  [...new Set(Object.keys(tensors).map((name) => name.split('.')[0] as string))].sort();

describe('renameState', () => {
  it('renames tensors, leaves out some, and keeps the values', () => {
    const rename = (name: string): string | undefined =>
      name.startsWith('head') ? undefined : `encoder.${name}`;
    const tensors = { a: {}, 'head.weight': {} };
    expect(Object.keys(renameState(tensors, rename))).toEqual(['encoder.a']);
    expect(renameState(tensors, rename)['encoder.a']).toBe(tensors.a);
  });

  it('rejects two tensors with the same name', () => {
    expect(() => renameState({ a: 1, b: 2 }, () => 'c')).toThrow(
      "renameState: expected distinct new names, got 'c' again for 'b'",
    );
  });
});

describe('fromAuthors', () => {
  it('transposes the queue: a key is a row', () => {
    const theirs = {
      queue: matrix(2, 3),
      queue_motion: matrix(3, 2),
      'queue.weight': matrix(1, 2),
    };
    const ours = fromAuthors(theirs, PATH);
    expect(ours['queue']).toEqual({ ...matrix(3, 2), data: Float32Array.of(0, 3, 1, 4, 2, 5) });
    expect(ours['queue_motion']?.shape).toEqual([2, 3]);
    expect(ours['queue.weight']).toBe(theirs['queue.weight']);
    expect([...theirs.queue.data]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('gives a single-stream model the names of this package', () => {
    const theirs = stateBefore('moco_halp_joint');
    const ours = fromAuthors(theirs, PATH);
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    expect([theirs['queue']?.shape, ours['queue']?.shape]).toEqual([
      [16, 24],
      [24, 16],
    ]);
    expect(ours['prototypes']?.shape).toEqual([6, 16]);
    expect(firstParts(withoutPrefix('encoder_q', ours))).toEqual(['encoder', 'fc', 'input_norm']);
  });

  it.each(['joint', 'motion', 'bone'] as const)('selects the stream %s of three', (stream) => {
    const theirs = stateBefore('halp_three_stream');
    const suffix = stream === 'joint' ? '' : `_${stream}`;
    const ours = fromAuthors(theirs, PATH, { stream });
    const parts = ['encoder_k', 'encoder_q', 'prototypes', 'queue', 'queue_ptr'];
    expect(firstParts(ours)).toEqual(parts);
    expect(Object.keys(ours)).toHaveLength(Object.keys(theirs).length / 3);
    const weight = 'encoder.gru.weight_ih_l0';
    expect(ours[`encoder_q.${weight}`]).toBe(theirs[`encoder_q${suffix}.${weight}`]);
    expect(ours['prototypes']).toBe(theirs[`prototypes_${stream[0]}`]);
    expect(ours['queue_ptr']).toBe(theirs[`queue_ptr${suffix}`]);
  });

  it('keeps all streams without the stream option', () => {
    const ours = fromAuthors(stateBefore('halp_three_stream'), PATH);
    const parts = ['encoder_k', 'encoder_q', 'prototypes', 'queue', 'queue_ptr'];
    const streams = ['', '_motion', '_bone'];
    expect(firstParts(ours)).toEqual(parts.flatMap((part) => streams.map((s) => part + s)).sort());
    expect(firstParts(fromAuthors(stateBefore('cmd'), PATH))).toHaveLength(12);
  });

  it('rejects a stream that the checkpoint does not have, and lists the names it has', () => {
    const pick = (): unknown =>
      fromAuthors(stateBefore('moco_halp_bone'), PATH, { stream: 'bone' });
    expect(pick).toThrow(FormatError);
    expect(pick).toThrow(`${PATH}: expected encoder_q_bone.* of the stream bone, got `);
    expect(pick).toThrow(/got .*encoder_q, encoder_k/);
  });

  it('rejects a queue that is not a matrix', () => {
    const flat = { ...matrix(2, 3), shape: [6] };
    expect(() => fromAuthors({ queue_bone: flat }, PATH)).toThrow(
      `${PATH}: expected a matrix as queue_bone, got shape [6]`,
    );
  });
});

describe('streamVariable', () => {
  it('gives the name of a variable in another stream', () => {
    const names = ['encoder_q.fc.0.weight', 'queue', 'prototypes_ready'];
    expect(names.map((name) => streamVariable(name, 'joint'))).toEqual(names);
    expect(names.map((name) => streamVariable(name, 'motion'))).toEqual([
      'encoder_q_motion.fc.0.weight',
      'queue_motion',
      'prototypes_ready_motion',
    ]);
  });
});

describe('toAuthors', () => {
  it.each(['moco_halp_joint', 'moco_halp_motion', 'cmd', 'halp_three_stream'])(
    'is the inverse of fromAuthors: %s',
    (name) => {
      const theirs = stateBefore(name);
      expect(toAuthors(fromAuthors(theirs, PATH))).toEqual(theirs);
    },
  );

  it.each(['joint', 'motion', 'bone'] as const)('restores the names of the stream %s', (stream) => {
    const theirs = stateBefore('halp_three_stream');
    const back = toAuthors(fromAuthors(theirs, PATH, { stream }), { stream });
    expect(Object.keys(back)).toHaveLength(Object.keys(theirs).length / 3);
    for (const [name, array] of Object.entries(back))
      expect([name, array]).toEqual([name, theirs[name]]);
  });

  it('leaves out variables that the authors do not have', () => {
    const ours = {
      prototypes: matrix(2, 2),
      prototypes_ready: matrix(1, 1),
      prototypes_ready_bone: matrix(1, 1),
    };
    expect(Object.keys(toAuthors(ours))).toEqual(['prototypes_j']);
    expect(
      Object.keys(toAuthors({ prototypes: matrix(2, 2), prototypes_ready: matrix(1, 1) })),
    ).toEqual(['prototypes']);
  });

  it('rejects names of several streams with the stream option', () => {
    const several = { 'encoder_q_bone.weight': matrix(1, 1) };
    expect(() => toAuthors(several, { stream: 'bone' })).toThrow(
      "toAuthors: expected names of a single-stream model, got 'encoder_q_bone.weight'",
    );
    expect(() => toAuthors({ queue: { ...matrix(1, 1), shape: [] } })).toThrow(
      'toAuthors: expected a matrix as queue, got shape []',
    );
  });
});
