import { useBackend, type Backend, type BackendName } from '@halp/backend';
import type { Output } from './output.ts';

/**
 * Starts a backend and says in one line which, and why not a faster one.
 *
 * @throws BackendUnavailable if the backend that was asked for cannot start.
 */
export async function startBackend(
  prefer: BackendName | undefined,
  output: Output,
): Promise<Backend> {
  const backend = await useBackend({ prefer });
  const reasons = backend.passedOver.map(({ name, reason }) => `; not ${name}: ${reason}`);
  output.line(`backend ${backend.name}${reasons.join('')}`);
  return backend;
}
