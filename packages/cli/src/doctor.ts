import { describeBackend, type Backend } from '@halp/backend';
import type { Output } from './output.ts';
import { startBackend } from './start-backend.ts';

/** What {@link doctor} found. */
export type Diagnosis = Awaited<ReturnType<typeof describeBackend>>;

/** Starts the fastest backend, measures it, and says what would be faster. */
export async function doctor(
  prefer: Backend['name'] | undefined,
  output: Output,
): Promise<Diagnosis> {
  const backend = await startBackend(prefer, output);
  const diagnosis = await describeBackend(backend);
  for (const [name, value] of Object.entries(diagnosis)) {
    if (typeof value === 'string' || typeof value === 'number')
      output.line(`${name.padEnd(20)} ${value}`);
  }
  return diagnosis;
}
