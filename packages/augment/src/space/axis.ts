import { gotText } from '@halp/random/check';
import type { Clip } from '@halp/skeleton';

/** A coordinate axis: the channel 0, 1 or 2 of a clip. */
export type Axis = 'x' | 'y' | 'z';

const axes: readonly Axis[] = ['x', 'y', 'z'];

/** @throws RangeError unless the value, which may come from a file, is an axis. */
export function checkAxis(axis: Axis, name: string): void {
  if (!axes.includes(axis)) {
    throw new RangeError(
      `${name}: expected an axis among ${axes.join(', ')}, got ${gotText(axis)}`,
    );
  }
}

/**
 * The channel of a clip that holds an axis.
 *
 * @throws RangeError if the axis is invalid, or the clip has too few channels.
 */
export function channelOf(axis: Axis, clip: Clip, name: string): number {
  checkAxis(axis, name);
  const channel = axes.indexOf(axis);
  if (channel >= clip.shape[0]) {
    throw new RangeError(
      `${name}: expected a clip with ${axis}, channel ${channel}, got ${clip.shape[0]} channels`,
    );
  }
  return channel;
}
