import { type Backend, type BackendName, bfloat16Instructions, startBackend } from '@halp/backend';
import { expectBackend } from '@halp/runs/check';
import { expectOutput } from './expect-output.ts';
import { type Output } from './output.ts';

/**
 * Starts a backend and prints one line with its name and the reasons why no faster one was chosen.
 *
 * @throws BackendUnavailable if the requested backend cannot start.
 */
export async function announceBackend(
  prefer: BackendName | undefined,
  output: Output,
): Promise<Backend> {
  expectBackend('announceBackend', prefer);
  expectOutput('announceBackend', output);
  const backend = await startBackend({ prefer });
  const reasons = backend.skipped.map(({ name, reason }) => `; not ${name}: ${reason}`);
  const { withoutKernels } = backend;
  const slower =
    withoutKernels === undefined ? '' : `; without its fast kernels: ${withoutKernels}`;
  const rounded =
    backend.precision === 'bfloat16' ? `, bfloat16 by ${bfloat16Instructions() ?? 'float32'}` : '';
  output.line(`backend ${backend.name}${rounded}${reasons.join('')}${slower}`);
  return backend;
}
