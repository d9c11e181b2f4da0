import { aimclrEvaluationView, aimclrNormalView } from '@halp/augment';
import { expectOneOf } from '@halp/random/check';
import type { Recipe } from '../recipe/recipe.ts';
import type { PaperBenchmark } from './paper.ts';
import { paperBenchmarks } from './paper.ts';

/**
 * SkeletonCLR on NTU RGB+D: momentum contrast with ST-GCN of width 16, the encoder of CrosSCLR, AimCLR and ActCLR,
 * whose checkpoints fit it.
 *
 * Source: the configurations of Levigty/AimCLR (config/ntu60/pretext and linear_eval), equal to CrosSCLR's: 50 frames,
 * queue 32768, temperature 0.07, SGD 0.1 with momentum 0.9 and decay 1e-4, batch 128, 300 epochs, rate / 10 at 250;
 * probe 100 epochs of rate 3, / 10 at 80.
 *
 * Clips have camera axes, y up. For a run trained on a prepared (upright) set, its clips and raw files are rotated to the
 * axes of a frontal camera. An imported checkpoint has no data manifest: raw files are used in the coordinates of the
 * camera, with persons in the order of the recording and without empty frames, as by its authors; clips of a prepared set
 * differ from these by the tilt of the real camera.
 *
 * @remarks This recipe has not been run at full size here. The authors' data files hold clips already resized to 50
 * frames; here the view resizes.
 */
export function skeletonClrRecipe(
  benchmark: Extract<PaperBenchmark, `ntu${string}`>,
  stream: 'joint' | 'motion' | 'bone' = 'joint',
): Recipe {
  expectOneOf(
    'skeletonClrRecipe',
    'a benchmark',
    benchmark,
    paperBenchmarks.filter((each) => each.startsWith('ntu')),
  );
  expectOneOf('skeletonClrRecipe', 'a stream', stream, ['joint', 'motion', 'bone']);
  const [name, split] = benchmark.split('-') as [string, string];
  const [, ...augment] = aimclrNormalView();
  const view = [...aimclrEvaluationView(), ...augment];
  return {
    name: [benchmark, 'skeletonclr', ...(stream === 'joint' ? [] : [stream])].join('-'),
    data: { name, benchmark: split, layout: 'kinect-v2', persons: 2, axes: 'camera' },
    stream,
    views: { query: view, key: view },
    encoder: { kind: 'stgcn', width: 16, features: 256, partition: 'spatial-released' },
    head: { hidden: 256, outputs: 128 },
    objective: { kind: 'moco', queueSize: 32768, temperature: 0.07, momentum: 0.999 },
    optimizer: { momentum: 0.9, weightDecay: 1e-4 },
    schedule: { kind: 'step', rate: 0.1, milestones: [250], factor: 0.1 },
    batchSize: 128,
    epochs: 300,
    evaluation: {
      view: aimclrEvaluationView(),
      trainView: view,
      knn: { k: 1 },
      linear: {
        ...{ epochs: 100, milestones: [80], batchSize: 128, learningRate: 3 },
        ...{ crops: 'random-each-epoch', selectBy: 'best-test-epoch' },
      },
      fineTune: {
        ...{ epochs: 110, milestones: [50, 70, 90], batchSize: 128, learningRate: 0.1 },
        selectBy: 'best-test-epoch',
      },
    },
  };
}

/** {@link skeletonClrRecipe} of every benchmark and stream. */
export const skeletonClrRecipes: readonly Recipe[] = (
  ['ntu60-xsub', 'ntu60-xview', 'ntu120-xsub', 'ntu120-xset'] as const
).flatMap((benchmark) =>
  (['joint', 'motion', 'bone'] as const).map((stream) => skeletonClrRecipe(benchmark, stream)),
);
