/** Times pretraining steps on random clips, for step.ts and gpu.ts. */
import * as tf from '@tensorflow/tfjs-core';
import { moco } from '@halp/contrastive';
import { biGru, type EncoderWithHead, projectionHead, stGcn, withHead } from '@halp/encoders';
import { type Objective, sgd } from '@halp/nn';
import { halp } from '@halp/positives';
import { createRandom, type Random } from '@halp/random';
import { kinectV2 } from '@halp/skeleton';
import { gradientStep } from '@halp/train';

/** Sizes of the clips and of the queue. */
export interface ClipSizes {
  readonly batch: number;
  readonly frames: number;
  readonly joints: number;
  readonly persons: number;
  readonly queueSize: number;
}

/** The authors' network: a bidirectional GRU of three layers and a projection head of two layers. */
export function biGruWithHead(
  { joints, persons, hidden }: Pick<ClipSizes, 'joints' | 'persons'> & { readonly hidden: number },
  rng: Random,
): EncoderWithHead {
  const encoder = biGru({ joints, persons, hidden }, rng.fork('encoder'));
  return withHead(encoder, headFor(2 * hidden, rng));
}

/** ST-GCN with `width` channels in its first blocks and a projection head of two layers. */
export function stGcnWithHead(
  {
    persons,
    width,
    features,
  }: Pick<ClipSizes, 'persons'> & {
    readonly width: number;
    readonly features: number;
  },
  rng: Random,
): EncoderWithHead {
  const encoder = stGcn({ layout: kinectV2, persons, width, features }, rng.fork('encoder'));
  return withHead(encoder, headFor(features, rng));
}

function headFor(inputs: number, rng: Random): ReturnType<typeof projectionHead> {
  return projectionHead({ inputs, hidden: inputs, outputs: 128 }, rng.fork('head'));
}

/** A step of MoCo, or of MoCo with HaLP. */
export type StepKind = 'moco' | 'halp';

/** Milliseconds per step of one objective, without the first step, which includes one-time allocation. */
export async function timedSteps(
  network: (rng: Random) => EncoderWithHead,
  options: ClipSizes & { readonly withPositives: boolean; readonly steps: number },
): Promise<readonly number[]> {
  const step = trainer(network, options);
  const milliseconds: number[] = [];
  for (let i = 0; i <= options.steps; i++) {
    milliseconds.push(await step(options.withPositives ? 'halp' : 'moco'));
  }
  return milliseconds.slice(1);
}

/** Milliseconds per step of both objectives in turn, on one network, one queue and the same clips, without the first step of each. */
export async function pairedSteps(
  network: (rng: Random) => EncoderWithHead,
  options: ClipSizes & { readonly steps: number },
): Promise<Readonly<Record<StepKind, readonly number[]>>> {
  const step = trainer(network, options);
  const found: Record<StepKind, number[]> = { moco: [], halp: [] };
  for (let i = 0; i <= options.steps; i++) {
    // The order alternates, so that neither always follows the other.
    for (const kind of i % 2 === 0 ? (['moco', 'halp'] as const) : (['halp', 'moco'] as const)) {
      found[kind].push(await step(kind));
    }
  }
  return { moco: found.moco.slice(1), halp: found.halp.slice(1) };
}

/** A function that runs one step of an objective and returns its milliseconds. */
function trainer(
  network: (rng: Random) => EncoderWithHead,
  { batch, frames, joints, persons, queueSize }: ClipSizes,
): (kind: StepKind) => Promise<number> {
  const rng = createRandom(0);
  const base = moco(
    { query: network(rng), key: network(rng), queueSize, dimension: 128 },
    rng.fork('queue'),
  );
  const settings = {
    ...{ weight: 1, fromEpoch: 0, lambda: 0.8, count: 100 },
    ...{ prototypes: 20, newest: 256, every: 10, boundary: 'pairwise' as const },
  } as const;
  const objectives: Record<StepKind, Objective<{ query: tf.Tensor5D; key: tf.Tensor5D }>> = {
    moco: base,
    halp: halp(base, settings, rng.fork('prototypes')),
  };
  const optimizer = sgd(base.params, { momentum: 0.9, weightDecay: 1e-4 });
  const view = (): tf.Tensor5D =>
    tf.randomNormal([batch, 3, frames, joints, persons], 0, 1, 'float32', 5);
  const input = { query: view(), key: view() };
  let step = 0;
  return async (kind) => {
    const objective = objectives[kind];
    const started = performance.now();
    const context = { epoch: 0, iteration: step, step, samples: 10 * queueSize + step * batch };
    await objective.beforeStep?.(context);
    const losses = gradientStep(objective, input, optimizer, 0.01, context, rng.fork('step', step));
    await objective.afterStep(context);
    const [total] = await (losses['total'] as tf.Scalar).data();
    if (!Number.isFinite(total)) throw new Error(`step ${step}: loss ${total}`);
    tf.dispose(losses);
    step += 1;
    return performance.now() - started;
  };
}
