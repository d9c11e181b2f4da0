import { anything, optionalOptions, plainCalls } from '@halp/testing';
import * as backend from '../src/index.ts';

plainCalls(
  'backend',
  backend,
  {
    describeBackend: () => [
      anything({ name: 'cpu', precision: 'float32', skipped: [] }, [
        ['left out', undefined],
        ['a number', 7],
        ['a name', 'cpu'],
        ['another object', {}],
      ]),
    ],
    registerMatMulKernel: { exempt: 'takes nothing' },
    measureMatMul: () => [optionalOptions({ duration: 1 })],
    compileKernels: { exempt: 'compiles' },
    isBackendName: { exempt: 'tells a name from any value' },
    isPrecision: { exempt: 'tells a name from any value' },
    currentPrecision: { exempt: 'takes nothing' },
    bfloat16Instructions: { exempt: 'takes nothing' },
    startBackend: {
      refusalsOnly: 'starts TensorFlow’s library where it is installed',
      args: () => [
        {
          ...optionalOptions({ prefer: 'cpu', threads: 1 }),
          wrong: [
            ...optionalOptions({ prefer: 'cpu', threads: 1 }).wrong,
            ['no thread', { prefer: 'cpu', threads: 0 }],
            ['another backend', { prefer: 'cuda' }],
            ['a number as backend', { prefer: 7 }],
            ['another precision', { prefer: 'cpu', precision: 'float16' }],
            ['a number as precision', { prefer: 'cpu', precision: 16 }],
            ['a number as device', { prefer: 'cpu', device: 0 }],
            ['other kernels', { prefer: 'cpu', kernels: 'none' }],
            ['an unknown option', { name: 'cpu' }],
            ['a misspelt option', { prefer: 'cpu', thread: 1 }],
          ],
        },
      ],
    },
  },
  { backend: 'cpu' },
);
