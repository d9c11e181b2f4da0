import { type StepModule } from '../../src/index.ts';

/** Scales a clip. With a factor of NaN it returns one value too few, which must be detected. */
export const createTransform: StepModule['createTransform'] = (options) => {
  const { factor } = options as { factor: number };
  return ({ data, shape }) => ({
    data: Number.isNaN(factor) ? data.slice(1) : data.map((value) => factor * value),
    shape,
  });
};
