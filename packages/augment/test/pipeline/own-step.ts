import { type StepModule } from '../../src/index.ts';

/** Scales a clip; a factor of NaN loses a number instead, to see it noticed. */
export const createTransform: StepModule['createTransform'] = (options) => {
  const { factor } = options as { factor: number };
  return ({ data, shape }) => ({
    data: Number.isNaN(factor) ? data.slice(1) : data.map((value) => factor * value),
    shape,
  });
};
