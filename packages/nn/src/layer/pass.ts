import type { Random } from '@halp/random';
import { expectRandom, expectText, gotText } from '@halp/random/check';

/**
 * How a layer is applied: `eval` uses running statistics, draws nothing and changes nothing; `train` uses and updates
 * batch statistics, and draws what is random (dropout, masks) from `rng`.
 */
export type Pass =
  | {
      /** Evaluation: nothing random. */
      readonly mode: 'eval';
    }
  | {
      /** Training. */
      readonly mode: 'train';
      /** The stream of this application. The same stream gives the same output. */
      readonly rng: Random;
    };

/**
 * Throws unless the pass is `{ mode: 'eval' }` or `{ mode: 'train', rng }`. The first line of every layer's `apply`, so
 * that a call without a pass changes no running statistics.
 *
 * @param caller - the layer's name, for the message.
 * @throws TypeError if it is anything else.
 *
 * @example
 * ```ts
 * apply(x, pass) {
 *   expectPass('meanPose', pass);
 *   // ...
 * }
 * ```
 */
export function expectPass(caller: string, pass: unknown): asserts pass is Pass {
  const { mode, rng } = (pass ?? {}) as Partial<Record<'mode' | 'rng', unknown>>;
  if (mode === 'eval') return;
  if (mode === 'train') {
    expectRandom(caller, rng as Random);
    return;
  }
  throw new TypeError(
    `${caller}: expected a pass { mode: 'eval' } or { mode: 'train', rng }, got ${gotText(pass)}; for features call apply(x, { mode: 'eval' })`,
  );
}

/**
 * The pass of one child of a container: in `train` mode with a stream of its own.
 *
 * A container gives each child the fork of its stream by the child's parameter prefix. Children then draw independently
 * of each other and of their order, and a resumed run draws what an uninterrupted one does.
 *
 * @param pass - the container's pass; unchanged.
 * @param name - the child's parameter prefix, such as `layers.3`.
 * @throws TypeError if `pass` is no pass.
 *
 * @example
 * ```ts
 * apply(x, pass) {
 *   expectPass('withHead', pass);
 *   const features = encoder.apply(x, childPass(pass, 'encoder'));
 *   return head.apply(features, childPass(pass, 'head'));
 * }
 * ```
 */
export function childPass(pass: Pass, name: string): Pass {
  expectPass('childPass', pass);
  expectText('childPass', 'a name', name);
  return pass.mode === 'eval' ? pass : { mode: 'train', rng: pass.rng.fork(name) };
}
