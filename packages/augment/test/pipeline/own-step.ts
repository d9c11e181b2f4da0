import { type StepModule } from '../../src/index.ts';

/** Scales a clip; with a factor of NaN, drops a number instead, which should be detected. */
export const createTransform: StepModule['createTransform'] = (options) => {
  const { factor } = options as { factor: number };
  return ({ data, shape }) => ({
    data: Number.isNaN(factor) ? data.slice(1) : data.map((value) => factor * value),
    shape,
  });
};
