import { centreView, downstreamView, halpPretrainView } from '@halp/augment';
import { expectOneOf } from '@halp/random/check';
import type { ObjectiveRecipe, PositivesSettings } from '../recipe/objective-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';

/** The benchmarks of the paper. */
export const paperBenchmarks = [
  'ntu60-xsub',
  'ntu60-xview',
  'ntu120-xsub',
  'ntu120-xset',
  'pkummd2-xsub',
] as const;

/** A benchmark of the paper. */
export type PaperBenchmark = (typeof paperBenchmarks)[number];

/** The methods of the paper's tables, and their baselines. */
export type PaperMethod = 'moco' | 'halp' | 'cmd' | 'halp-cmd';

const paperMethods: readonly PaperMethod[] = ['moco', 'halp', 'cmd', 'halp-cmd'];

const view = halpPretrainView();
const queue = { queueSize: 16384, temperature: 0.07, momentum: 0.999 };
const positives = {
  ...{ lambda: 0.8, count: 100, prototypes: 20, newest: 256, every: 10 },
  boundary: 'pairwise',
} as const;
const distillation = { topK: 8192, teacherTemperature: 0.05, studentTemperature: 0.1 };

/** The settings that differ between NTU RGB+D and PKU-MMD II. */
interface Setting {
  readonly epochs: number;
  readonly fromEpoch: number;
  readonly weight: number;
  readonly drop: number;
  readonly probeRate: number;
}

/** 201 epochs of MoCo (indices 0 to 200), HaLP for the indices 201 to 450, rate / 10 at 351: pretraining script for NTU. */
const ntu: Setting = { epochs: 451, fromEpoch: 201, weight: 2, drop: 351, probeRate: 0.005 };
/** Indices 0 to 500, 501 to 1000, rate / 10 at 801: pretraining script for PKU-MMD II. */
const pku: Setting = { epochs: 1001, fromEpoch: 501, weight: 1, drop: 801, probeRate: 0.001 };

/**
 * The paper's recipe for a benchmark: 3 x 1024 stepwise BiGRU, 64 frames, 16384 keys, temperature 0.07, SGD with
 * momentum 0.9 and decay 1e-4, rate 0.01, 64 clips a step.
 *
 * Source: Shah et al., HaLP, CVPR 2023, and the scripts and defaults of the authors' code; CMD and HaLP+CMD: Mao et
 * al., CMD, ECCV 2022, for CMD without HaLP the same number of epochs is assumed (no script of the authors
 * shows it). The probe draws new random crops in every epoch and reports the best test accuracy, as the authors do.
 * Names: `ntu60-xsub-halp`, `ntu60-xsub-halp-motion`, `ntu60-xsub-halp-cmd`.
 *
 * @param stream - The stream; methods with CMD use all three. Default: 'joint'.
 * @remarks These recipes have not been run at full size here; see the results in `docs/`.
 */
export function paperRecipe(
  benchmark: PaperBenchmark,
  method: PaperMethod,
  stream: 'joint' | 'motion' | 'bone' = 'joint',
): Recipe {
  expectOneOf('paperRecipe', 'a benchmark', benchmark, paperBenchmarks);
  expectOneOf('paperRecipe', 'a method', method, paperMethods);
  expectOneOf('paperRecipe', 'a stream', stream, ['joint', 'motion', 'bone']);
  const [name, split] = benchmark.split('-') as [string, string];
  const setting = name === 'pkummd2' ? pku : ntu;
  const isThree = method === 'cmd' || method === 'halp-cmd';
  const classifier = { epochs: 80, milestones: [50, 70], batchSize: 64 } as const;
  return {
    name: [benchmark, method, ...(isThree || stream === 'joint' ? [] : [stream])].join('-'),
    data: { name, benchmark: split, layout: 'kinect-v2', persons: 2 },
    stream: isThree ? '3s' : stream,
    views: { query: view, key: view },
    encoder: { kind: 'bigru', hidden: 1024, layers: 3, direction: 'stepwise' },
    head: { hidden: 2048, outputs: 128 },
    objective: objectiveOf(method, setting),
    optimizer: { momentum: 0.9, weightDecay: 1e-4 },
    schedule: { kind: 'step', rate: 0.01, milestones: [setting.drop], factor: 0.1 },
    batchSize: 64,
    epochs: setting.epochs,
    evaluation: {
      view: centreView(),
      trainView: downstreamView(),
      knn: { k: 1 },
      linear: {
        ...classifier,
        learningRate: setting.probeRate,
        crops: 'random-each-epoch',
        selectBy: 'best-test-epoch',
      },
      fineTune: { ...classifier, learningRate: 0.01, selectBy: 'best-test-epoch' },
    },
  };
}

function objectiveOf(method: PaperMethod, { fromEpoch, weight }: Setting): ObjectiveRecipe {
  const term: PositivesSettings = { ...positives, fromEpoch, weight };
  switch (method) {
    case 'moco':
      return { kind: 'moco', ...queue };
    case 'halp':
      return { kind: 'halp', ...queue, ...term };
    case 'cmd':
      return { kind: 'cmd', ...queue, ...distillation };
    case 'halp-cmd':
      return { kind: 'halp-cmd', ...queue, ...distillation, ...term };
  }
}

/** Every recipe of the paper's tables. */
export const paperRecipes: readonly Recipe[] = paperBenchmarks.flatMap((benchmark) => [
  ...(['moco', 'halp'] as const).flatMap((method) =>
    (['joint', 'motion', 'bone'] as const).map((stream) => paperRecipe(benchmark, method, stream)),
  ),
  ...(['cmd', 'halp-cmd'] as const).map((method) => paperRecipe(benchmark, method)),
]);
