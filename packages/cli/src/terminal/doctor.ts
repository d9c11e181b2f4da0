import { type Backend, type BackendFacts, describeBackend } from '@halp/backend';
import { expectBackend } from '@halp/runs/check';
import { announceBackend } from './announce-backend.ts';
import { expectOutput } from './expect-output.ts';
import { type Output } from './output.ts';

/** Starts the fastest backend, measures it, and prints its facts and what would make it faster. */
export async function doctor(
  prefer: Backend['name'] | undefined,
  output: Output,
): Promise<BackendFacts> {
  expectBackend('doctor', prefer);
  expectOutput('doctor', output);
  const facts = await describeBackend(await announceBackend(prefer, output));
  const rows: readonly (readonly [name: string, value: string])[] = [
    ['Node', facts.node ?? process.versions.node],
    ['platform', facts.platform],
    ['TensorFlow.js', facts.tfjs],
    ['TensorFlow', facts.tensorflow ?? 'not used'],
    ['device', facts.device],
    ['threads', String(facts.threads)],
    ['matMul', `${facts.gflops.toFixed(0)} GFLOP/s, float32, measured`],
    ['advice', facts.advice.length === 0 ? 'none' : facts.advice.join('; ')],
  ];
  for (const [name, value] of rows) output.line(`${name.padEnd(14)} ${value}`);
  return facts;
}
