import type { Random } from '@halp/random';
import type { Clip } from '@halp/skeleton';
import type { Range } from '../range.ts';
import { axisMask, checkAxisMask } from '../space/axis-mask.ts';
import { checkGaussianBlur, gaussianBlur } from '../space/gaussian-blur.ts';
import { checkGaussianNoise, gaussianNoise } from '../space/gaussian-noise.ts';
import { checkJointCorruption, jointCorruption } from '../space/joint-corruption.ts';
import { checkParallelShoulders, parallelShoulders } from '../space/parallel-shoulders.ts';
import { checkRotation, rotation } from '../space/rotation.ts';
import { checkShear, shear } from '../space/shear.ts';
import { checkSpatialFlip, spatialFlip } from '../space/spatial-flip.ts';
import { centreCrop, checkCentreCrop, checkCropResize, cropResize } from '../time/crop.ts';
import { checkTemporalCrop, temporalCrop } from '../time/temporal-crop.ts';
import { temporalFlip } from '../time/temporal-flip.ts';
import type { ClipFacts } from './clip-facts.ts';
import { expectRatio } from './expect-ratio.ts';
import type { Step } from './pipeline.ts';

/** The kinds of steps that transform a clip by themselves, and are no module. */
export type OwnKind = Exclude<Step['kind'], 'one-of' | 'module'>;
type StepOf<Kind> = Extract<Step, { kind: Kind }>;
type Field<Kind> = Exclude<keyof StepOf<Kind>, 'kind'>;

/** Everything that checks, compiles and describes pipelines need to know about a kind of step. */
interface StepRecord<Kind extends OwnKind> {
  /** The fields that a step must have, besides `kind`. */
  readonly required: readonly Field<Kind>[];
  /** The fields that it may have. */
  readonly optional: readonly Field<Kind>[];
  /** Throws a RangeError if a field is out of range or does not fit the clips. */
  readonly check: (step: StepOf<Kind>, clips: ClipFacts) => void;
  /** The fields with a number of frames that the step makes or reads. Default: none. */
  readonly frames?: (step: StepOf<Kind>) => Readonly<Record<string, number | undefined>>;
  /** The step: a new clip from a clip, the fields of the step besides `kind`, and a random stream. */
  readonly apply: (clip: Clip, options: Omit<StepOf<Kind>, 'kind'>, rng: Random) => Clip;
  /** Whether the result depends on the random stream. */
  readonly isRandom: (step: StepOf<Kind>) => boolean;
}

const always = (): boolean => true;
const never = (): boolean => false;
const isPoint = ([low, high]: Range): boolean => low === high;

/** One record for each kind of step, in the order in which errors list them. The compiler reports a missing one. */
export const steps: { readonly [Kind in OwnKind]: StepRecord<Kind> } = {
  'crop-resize': {
    ...{ required: ['size', 'ratio', 'minimum'], optional: ['longest'] },
    frames: ({ size }) => ({ size }),
    check: (step) => {
      expectRatio(step.ratio);
      checkCropResize(step);
    },
    apply: cropResize,
    // With the whole clip, the only start is 0.
    isRandom: ({ ratio }) => ratio[0] < 1,
  },
  'centre-crop': {
    ...{ required: ['size'], optional: ['ratio', 'longest'] },
    frames: ({ size }) => ({ size }),
    ...{ check: checkCentreCrop, apply: centreCrop, isRandom: never },
  },
  'temporal-crop': {
    ...{ required: ['paddingRatio'], optional: [] },
    ...{ check: checkTemporalCrop, apply: temporalCrop, isRandom: always },
  },
  'temporal-flip': {
    ...{ required: [], optional: [] },
    ...{ check: () => undefined, apply: temporalFlip, isRandom: never },
  },
  'spatial-flip': {
    ...{ required: ['layout', 'axis'], optional: [] },
    check: (step, { joints }) => checkSpatialFlip(step, joints),
    ...{ apply: spatialFlip, isRandom: never },
  },
  'parallel-shoulders': {
    ...{ required: ['layout'], optional: [] },
    check: (step, { joints }) => checkParallelShoulders(step, joints),
    ...{ apply: parallelShoulders, isRandom: never },
  },
  rotation: {
    ...{ required: ['main', 'others'], optional: [] },
    ...{ check: checkRotation, apply: rotation },
    isRandom: ({ main, others }) => !isPoint(main) || !isPoint(others) || main[0] !== others[0],
  },
  shear: {
    ...{ required: [], optional: ['amplitude'] },
    ...{ check: checkShear, apply: shear, isRandom: always },
  },
  'gaussian-noise': {
    ...{ required: ['deviation'], optional: ['points'] },
    ...{ check: checkGaussianNoise, apply: gaussianNoise, isRandom: always },
  },
  'gaussian-blur': {
    ...{ required: ['sigma'], optional: ['radius', 'weights'] },
    frames: ({ radius }) => ({ radius }),
    ...{ check: checkGaussianBlur, apply: gaussianBlur },
    isRandom: ({ sigma }) => !isPoint(sigma),
  },
  'axis-mask': {
    ...{ required: [], optional: ['axis'] },
    ...{ check: checkAxisMask, apply: axisMask },
    isRandom: ({ axis }) => axis === undefined,
  },
  'joint-corruption': {
    ...{ required: ['joints'], optional: [] },
    check: (step, { joints }) => checkJointCorruption(step, joints),
    ...{ apply: jointCorruption, isRandom: always },
  },
};

/** The record of a step. */
export function recordOf(step: Extract<Step, { kind: OwnKind }>): StepRecord<OwnKind> {
  // The compiler does not see that the record is that of this step's kind.
  return steps[step.kind] as unknown as StepRecord<OwnKind>;
}
