import type { Objective, Optimizer } from '@halp/nn';
import { gotText } from '@halp/random/check';

/** Throws unless the value is an objective: parameters and a loss. @throws TypeError otherwise. */
export function expectObjective<Input>(caller: string, objective: Objective<Input>): void {
  const { params, loss } = (objective ?? {}) as Partial<Objective<Input>>;
  if (typeof params === 'object' && typeof loss === 'function') return;
  throw new TypeError(
    `${caller}: expected an objective with params and loss, got ${gotText(objective)}`,
  );
}

/** Throws unless the value is an optimizer: a state and a step. @throws TypeError otherwise. */
export function expectOptimizer(caller: string, optimizer: Optimizer): void {
  const { state, step } = (optimizer ?? {}) as Partial<Optimizer>;
  if (typeof state === 'object' && typeof step === 'function') return;
  throw new TypeError(
    `${caller}: expected an optimizer with state and step, such as sgd(...), got ${gotText(optimizer)}`,
  );
}
