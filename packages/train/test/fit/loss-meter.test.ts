import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '@halp/testing';
import { createLossMeter, NonFiniteLossError } from '../../src/fit/loss-meter.ts';

onEachBackend(() => {
  describe('createLossMeter', () => {
    it('has no means before the first read, then the means of all losses read so far', async () => {
      const meter = createLossMeter();
      meter.add({ step: 0, losses: { total: tf.scalar(2) }, clips: [] });
      expect(meter.means()).toEqual({});
      await meter.read();
      expect(meter.means()).toEqual({ total: 2 });
      meter.add({ step: 1, losses: { total: tf.scalar(4), part: tf.scalar(1) }, clips: [] });
      await meter.read();
      await meter.read();
      expect(meter.means()).toEqual({ total: 3, part: 1 });
    });

    it('names the first step with a loss that is not finite, and disposes all losses', async () => {
      const meter = createLossMeter();
      const before = tf.memory().numTensors;
      [1, NaN, Infinity].forEach((value, step) => {
        meter.add({ step, losses: { total: tf.scalar(value) }, clips: [`clip ${step}`] });
      });
      await expect(meter.read()).rejects.toMatchObject({ step: 1, clips: ['clip 1'] });
      expect(tf.memory().numTensors).toBe(before);
    });

    it('disposes losses that were not read', () => {
      const meter = createLossMeter();
      const before = tf.memory().numTensors;
      meter.add({ step: 0, losses: { total: tf.scalar(1) }, clips: [] });
      meter.dispose();
      meter.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});

describe('NonFiniteLossError', () => {
  it('names the losses and the step', () => {
    const error = new NonFiniteLossError(12, { total: NaN, infoNCELoss: 1.5, halp: Infinity });
    expect(error.message).toBe(
      'fit: expected finite losses, got total NaN, infoNCELoss 1.5, halp Infinity at step 12',
    );
    expect([error.name, error.step, error.clips]).toEqual(['NonFiniteLossError', 12, []]);
  });
});
