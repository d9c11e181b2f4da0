import { describe, expect, it } from 'vitest';
import { type PaperBenchmark, type PaperMethod, paperRecipe, type Recipe } from '@halp/recipes';

/** The arguments of the authors' scripts by benchmark, repeated here so that a slip in the recipe fails. */
const literal = {
  ntu: {
    epochs: 451,
    fromEpoch: 201,
    weight: 2,
    schedule: { kind: 'step', rate: 0.01, milestones: [351], factor: 0.1 },
    probe: 0.005,
  },
  pku: {
    epochs: 1001,
    fromEpoch: 501,
    weight: 1,
    schedule: { kind: 'step', rate: 0.01, milestones: [801], factor: 0.1 },
    probe: 0.001,
  },
} as const;

const cases: readonly (readonly [PaperBenchmark, keyof typeof literal, string, string])[] = [
  ['ntu60-xsub', 'ntu', 'ntu60', 'xsub'],
  ['ntu60-xview', 'ntu', 'ntu60', 'xview'],
  ['ntu120-xsub', 'ntu', 'ntu120', 'xsub'],
  ['ntu120-xset', 'ntu', 'ntu120', 'xset'],
  ['pkummd2-xsub', 'pku', 'pkummd2', 'xsub'],
];

const queue = { queueSize: 16384, temperature: 0.07, momentum: 0.999 };
const positives = {
  ...{ lambda: 0.8, count: 100, prototypes: 20, newest: 256, every: 10, boundary: 'pairwise' },
};
const distillation = { topK: 8192, teacherTemperature: 0.05, studentTemperature: 0.1 };

describe.each(cases)('the paper’s recipe for %s', (benchmark, set, name, split) => {
  const { epochs, fromEpoch, weight, schedule, probe } = literal[set];
  const of = (method: PaperMethod): Recipe => paperRecipe(benchmark, method);

  it.each([
    ['moco', { kind: 'moco', ...queue }],
    ['halp', { kind: 'halp', ...queue, ...positives, fromEpoch, weight }],
    ['cmd', { kind: 'cmd', ...queue, ...distillation }],
    ['halp-cmd', { kind: 'halp-cmd', ...queue, ...distillation, ...positives, fromEpoch, weight }],
  ] as const)('has the objective of %s', (method, objective) => {
    expect(of(method).objective).toEqual(objective);
  });

  it('trains on its split with the published network, learning rates and epochs', () => {
    const { views: _, evaluation: __, objective: ___, ...rest } = of('halp');
    expect(rest).toEqual({
      name: `${benchmark}-halp`,
      data: { name, benchmark: split, layout: 'kinect-v2', persons: 2 },
      stream: 'joint',
      encoder: { kind: 'bigru', hidden: 1024, layers: 3, direction: 'stepwise' },
      head: { hidden: 2048, outputs: 128 },
      optimizer: { momentum: 0.9, weightDecay: 1e-4 },
      schedule,
      batchSize: 64,
      epochs,
    });
    expect(of('halp-cmd').stream).toBe('3s');
  });

  it('has the views of the authors’ feeder and the evaluation of their scripts', () => {
    const { views, evaluation } = of('halp');
    expect(views.query).toEqual([
      { kind: 'crop-resize', size: 64, ratio: [0.1, 1], minimum: 64 },
      {
        kind: 'one-of',
        choices: [
          { probability: 0.5, steps: [{ kind: 'joint-corruption', joints: 15 }] },
          { probability: 0.5, steps: [{ kind: 'shear' }] },
        ],
      },
    ]);
    expect(views.key).toEqual(views.query);
    expect(views.extreme).toBeUndefined();
    const { view, trainView, ...protocols } = evaluation;
    expect(view).toEqual([{ kind: 'centre-crop', size: 64 }]);
    expect(trainView).toEqual([{ kind: 'crop-resize', size: 64, ratio: [0.5, 1], minimum: 64 }]);
    expect(protocols).toEqual({
      knn: { k: 1 },
      linear: {
        epochs: 80,
        milestones: [50, 70],
        batchSize: 64,
        learningRate: probe,
        crops: 'random-each-epoch',
        selectBy: 'best-test-epoch',
      },
      fineTune: {
        epochs: 80,
        milestones: [50, 70],
        batchSize: 64,
        learningRate: 0.01,
        selectBy: 'best-test-epoch',
      },
    });
  });
});
