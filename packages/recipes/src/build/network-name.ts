import { streamVariable } from '@halp/nn';
import type { Stream } from '@halp/skeleton';

/**
 * The name of a network or queue in the variables of an objective and in checkpoints: that of a stream among several, such as
 * `encoder_q_motion`, or plain `encoder_q` if there is only one.
 *
 * @param streams - The number of streams.
 */
export function networkName(
  name: 'encoder_q' | 'encoder_k' | 'queue',
  stream: Stream,
  streams: number,
): string {
  return streams === 1 ? name : streamVariable(name, stream);
}
