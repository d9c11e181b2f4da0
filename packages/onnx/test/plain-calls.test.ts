import { biGru } from '@halp/encoders';
import { createRandom } from '@halp/random';
import { anything, options, plainCalls } from '@halp/testing';
import * as onnx from '../src/index.ts';

plainCalls(
  'onnx',
  onnx,
  {
    exportOnnx: () => {
      const clips = { channels: 3, frames: 2, joints: 2, persons: 1 };
      const { wrong, ...rest } = options({ clips, opset: 17 });
      return [
        anything(biGru({ joints: 2, persons: 1, hidden: 2, layers: 1 }, createRandom(0)), [
          ['left out', undefined],
          ['a number', 7],
          ['another object', {}],
        ]),
        {
          ...rest,
          wrong: [
            ...wrong,
            ['no clips', { opset: 17 }],
            ['no frames', { clips: { ...clips, frames: undefined } }],
            ['sizes as a list', { clips: [3, 2, 2, 1] }],
          ],
        },
      ];
    },
  },
  { backend: 'cpu' },
);
