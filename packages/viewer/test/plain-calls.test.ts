import { kinectV2 } from '@halp/skeleton';
import { aClip, aLayout, anything, optionalOptions, plainCalls } from '@halp/testing';
import * as viewer from '../src/index.ts';

const { value: clip, wrong } = aClip([3, 4, 25, 1]);

plainCalls('viewer', viewer, {
  filmstrip: () => [
    aClip([3, 4, 25, 1]),
    aLayout(kinectV2),
    optionalOptions({ frames: 2, turn: 0.3, fps: 30 }),
  ],
  player: () => [
    anything(
      [{ clip, caption: 'wave' }],
      [
        ['left out', undefined],
        ['a clip alone', clip],
        ['clips without captions', [clip]],
        ...wrong.map(([what, value]) => [what, [{ clip: value, caption: 'wave' }]] as const),
      ],
    ),
    aLayout(kinectV2),
    optionalOptions({ fps: 30 }),
  ],
});
