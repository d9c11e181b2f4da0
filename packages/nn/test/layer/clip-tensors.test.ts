import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type ClipArray, tensorOf, tensorOfClip, tensorOfClips } from '@halp/nn';
import { expectNoLeak, onEachBackend } from '@halp/testing';

/** C = 3, T = 2, V = 2, M = 1. */
const SHAPE = [3, 2, 2, 1] as const;
const numbers = (length: number, first = 0): Float32Array =>
  Float32Array.from({ length }, (_, i) => first + i);
const clip = (first: number): ClipArray => ({ data: numbers(12, first), shape: SHAPE });
const batch = { views: [numbers(24), numbers(24, 100)], shape: [2, ...SHAPE] } as const;

onEachBackend(() => {
  it('tensorOf returns the chosen view with its shape, and disposing it leaves no tensor', async () => {
    await expectNoLeak(() => {
      const x = tensorOf(batch, 1);
      expect(x.shape).toEqual([2, 3, 2, 2, 1]);
      expect(Array.from(x.dataSync())).toEqual(Array.from(numbers(24, 100)));
      x.dispose();
    });
  });

  it('tensorOfClip returns a batch of one, and tensorOfClips a batch of all clips in order', async () => {
    await expectNoLeak(() => {
      const one = tensorOfClip(clip(7));
      expect(one.shape).toEqual([1, 3, 2, 2, 1]);
      expect(Array.from(one.dataSync())).toEqual(Array.from(numbers(12, 7)));
      const both = tensorOfClips([clip(7), clip(100)]);
      expect(both.shape).toEqual([2, 3, 2, 2, 1]);
      expect(Array.from(both.dataSync())).toEqual([...numbers(12, 7), ...numbers(12, 100)]);
      tf.dispose([one, both]);
    });
  });
});

describe('a tensor of clips', () => {
  it('is a copy: changes to the array of a clip have no effect', () => {
    const { data, shape } = clip(0);
    const x = tensorOfClip({ data, shape });
    data.fill(-1);
    expect(Array.from(x.dataSync())).toEqual(Array.from(numbers(12)));
    x.dispose();
  });

  it('is rejected if arrays and shapes disagree, and no tensor is left', async () => {
    await expectNoLeak(() => {
      expect(() => tensorOf(batch, 2)).toThrow('tensorOf: expected view in [0, 1], got 2');
      expect(() => tensorOf({ ...batch, shape: [3, ...SHAPE] }, 0)).toThrow(
        'tensorOf: expected 36 numbers in view 0 of shape [3, 3, 2, 2, 1], got 24',
      );
      expect(() => tensorOfClip({ data: numbers(11), shape: SHAPE })).toThrow(
        'tensorOfClip: expected 12 numbers in clip 0 of shape [3, 2, 2, 1], got 11',
      );
      expect(() => tensorOfClips([])).toThrow('tensorOfClips: expected clips, got an empty list');
      const turned = { data: numbers(12), shape: [3, 2, 1, 2] } as const;
      expect(() => tensorOfClips([clip(0), turned])).toThrow(
        'tensorOfClips: expected clips of one shape, got [3, 2, 2, 1] and [3, 2, 1, 2] of clip 1',
      );
    });
  });
});
