import { gotText } from '@halp/random/check';
import { type Output } from './output.ts';

/** @throws TypeError unless `output` has the methods `line` and `result`. */
export function expectOutput(caller: string, output: Output): void {
  const { line, result } = (output ?? {}) as Partial<Output>;
  if (typeof line === 'function' && typeof result === 'function') return;
  throw new TypeError(
    `${caller}: expected an output with line and result, got ${gotText(output)}; pass processOutput(false)`,
  );
}
