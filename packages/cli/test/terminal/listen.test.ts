import { describe, expect, it } from 'vitest';
import type { EpochEvent, StepEvent } from '@halp/runs/node';
import { collectedOutput } from '../../../runs/test/helpers.ts';
import { listening } from '../../src/terminal/listen.ts';

const stepOf = (recipe: string, step: number): StepEvent => ({
  ...{ kind: 'step', recipe, epoch: 0, step, steps: 100 },
  ...{ losses: { total: 1 }, learningRate: 0.1, clipsPerSecond: 50 },
});

const epochOf = (recipe: string, epoch: number, knn: number): EpochEvent => ({
  ...{ kind: 'epoch', recipe },
  report: {
    ...{ epoch, step: 100, samples: 100, losses: { total: 1 }, learningRate: 0.1 },
    ...{ seconds: 1, clipsPerSecond: 50, metrics: { knn } },
  },
});

describe('an output that receives training events', () => {
  it('ends a training with the numbers of its last epoch, as they are in the log', () => {
    const output = collectedOutput();
    const heard = listening(output);
    heard.onEvent(stepOf('moco', 1));
    heard.onEvent(epochOf('moco', 0, 0.5));
    heard.onEvent({ ...stepOf('moco', 100), knn: 0.5 });
    heard.onEvent(epochOf('moco', 1, 0.75));
    heard.onEvent(epochOf('moco', 1, 0.75));
    // A training that was stopped before its last epoch was in the log, and runs again.
    for (const step of [100, 1]) heard.onEvent(stepOf('halp', step));
    heard.onEvent(epochOf('halp', 0, 0.5));
    expect(output.lines.filter((line) => line.includes(': epoch'))).toEqual([
      'moco: epoch 2  total 1.000  lr 0.1  50 clips/s  knn 75.0 %',
    ]);
  });

  it('shows no remaining time at the first step, from which the time is counted', () => {
    const output = collectedOutput();
    listening(output).onEvent(stepOf('moco', 40));
    expect(output.lines).toEqual([expect.stringMatching(/^moco 40 % .* – left$/)]);
  });

  it('shows each training from its start, also if an earlier one had the same recipe, and prints notes unchanged', () => {
    const output = collectedOutput();
    const heard = listening(output);
    for (const event of [stepOf('moco', 1), stepOf('moco', 100), stepOf('moco', 1)])
      heard.onEvent(event);
    heard.onEvent({ kind: 'note', text: 'as it is' });
    heard.onEvent(stepOf('halp', 1));
    heard.stop();
    expect(output.lines.map((line) => line.split('  ')[0])).toEqual([
      ...['moco 1 %', 'moco 1 %'],
      ...['as it is', 'halp 1 %'],
    ]);
  });
});
