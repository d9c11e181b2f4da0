import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkNative, installNative, NativeError, type NativeProblem } from '@halp/tfjs-native';
import { cudaRequirements, parseGpus, unpackedCudaPath } from '../../src/machine/cuda.ts';
import { fakeMachine, type Faults } from '../fake-machine.ts';

const A100 = 'NVIDIA A100-SXM4-40GB, 535.183.01, 8.0, 40960\n';
const SEEN: Faults = { cuda: true, gpus: A100, compiler: 'gpu' };

async function problemOf(faults: Faults): Promise<NativeError> {
  const machine = fakeMachine(faults);
  const error: unknown = await installNative(machine.options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NativeError);
  expect(machine.bound()).toBe(false);
  return error as NativeError;
}

describe('parseGpus', () => {
  it('reads the answer of nvidia-smi, line by line', () => {
    expect(parseGpus(`${A100}NVIDIA GeForce GTX 1080, 535.183.01, 6.1, 8192\n`)).toEqual([
      { name: 'NVIDIA A100-SXM4-40GB', driver: '535.183.01', capability: '8.0', memory: 40960 },
      { name: 'NVIDIA GeForce GTX 1080', driver: '535.183.01', capability: '6.1', memory: 8192 },
    ]);
  });

  it.each(['', 'No devices were found\n', 'name, driver, [N/A], 3\n'])(
    'finds none in %j',
    (answer) => {
      expect(parseGpus(answer)).toEqual([]);
    },
  );
});

describe('cudaRequirements', () => {
  it('are the requirements of the extra, as pip requirements, in any notation', () => {
    const metadata = [
      'Requires-Dist: absl-py>=1.0.0',
      "Requires-Dist: nvidia-cublas-cu12 ==12.3.4.1 ; extra == 'and-cuda'",
      'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"',
      'Requires-Dist: nvidia-nccl-cu12 (==2.21.5) ; extra == "and-cuda"',
      'Requires-Dist: other==1 ; extra == "else"',
    ].join('\n');
    expect(cudaRequirements(metadata)).toEqual([
      'nvidia-cublas-cu12==12.3.4.1',
      'nvidia-cudnn-cu12<10.0,>=9.3.0.75',
      'nvidia-nccl-cu12==2.21.5',
    ]);
  });
});

describe('unpackedCudaPath', () => {
  it('keeps libraries and the code library of the compiler, and nothing else', () => {
    const kept = [
      'nvidia/cudnn/lib/libcudnn.so.9',
      'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc',
    ];
    for (const path of kept) expect(unpackedCudaPath(path)).toBe(path);
    for (const path of ['nvidia/cudnn/include/cudnn.h', 'nvidia/cudnn/lib/__init__.py', 'lib/a.so'])
      expect(unpackedCudaPath(path)).toBeUndefined();
  });
});

describe('installNative for CUDA', () => {
  it('fetches the wheel and those it requires, and verifies that TensorFlow uses the GPU', async () => {
    const machine = fakeMachine(SEEN);
    const warnings: string[] = [];
    const { did, library } = await installNative({
      ...machine.options,
      onProgress: ({ message }) => warnings.push(message),
    });
    expect(did).toBe('fetched');
    expect(warnings[0]).toMatch(/^CUDA: not yet tested on a GPU/);
    expect(library).toMatch(/tensorflow-0\.0\.1-cuda-linux-\w+$/);
    const products = join(library, 'nvidia/cublas/lib/libcublas.so.12');
    expect(readFileSync(products, 'utf8')).toBe('products '.repeat(10));
    const call = machine.calls().find((each) => each.includes('nvidia-cublas')) ?? '';
    expect(call).toContain('--platform manylinux2014_x86_64');
    expect(call).toMatch(/ nvidia-cublas-cu12<13\.0,>=12\.5\.3\.2 nvidia-cudnn-cu12==9\.3\.0\.75$/);
    expect((await checkNative(machine.options)).ready).toBe(true);
  });

  it('writes a list of the libraries to load before the binding', async () => {
    const machine = fakeMachine(SEEN);
    const { library, package: found } = await installNative(machine.options);
    expect(JSON.parse(readFileSync(join(dirname(found.binding), 'before.json'), 'utf8'))).toEqual([
      join(library, 'nvidia/cublas/lib/libcublas.so.12'),
      join(library, 'nvidia/cudnn/lib/libcudnn.so.9'),
    ]);
  });

  it('takes all wheels from the folder of a local wheel', async () => {
    const machine = fakeMachine({ ...SEEN, without: ['python3'] });
    const { wheelFile, options } = machine;
    const missing = installNative({ ...options, wheelFile });
    await expect(missing).rejects.toThrow(
      /expected the wheel of nvidia-cublas-cu12.* in .*store, got none; download it there/,
    );
    const store = dirname(wheelFile);
    for (const name of readdirSync(join(store, 'cuda')))
      copyFileSync(join(store, 'cuda', name), join(store, name));
    expect((await installNative({ ...options, wheelFile })).did).toBe('fetched');
  });

  it('compiles for the CPU again after a CUDA build', async () => {
    const machine = fakeMachine(SEEN);
    await installNative(machine.options);
    const list = join(
      machine.options.project,
      'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/before.json',
    );
    const wheel = { ...machine.options.wheel, cuda: false };
    rmSync(join(dirname(list), 'tfjs_binding.node'));
    await installNative({ ...machine.options, wheel });
    expect(JSON.parse(readFileSync(list, 'utf8'))).toEqual([]);
  });

  it('does not accept a binding for the CPU', async () => {
    const machine = fakeMachine({ ...SEEN, compiler: 'gpu' });
    await installNative({ ...machine.options, wheel: { ...machine.options.wheel, cuda: false } });
    const binding = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node';
    writeFileSync(join(machine.options.project, binding), 'good');
    expect((await checkNative(machine.options)).ready).toBe(false);
    expect((await installNative(machine.options)).did).toBe('fetched');
  });

  it.each<readonly [NativeProblem, Faults, RegExp]>([
    ['no-gpu', { cuda: true }, /got no nvidia-smi on PATH; install NVIDIA's driver/],
    ['no-gpu', { cuda: true, gpus: 'No devices were found\n' }, /got No devices were found/],
    ['old-driver', { cuda: true, gpus: 'Tesla T4, 470.42.01, 7.5, 15360' }, /525\.60\.13.*470\.42/],
    ['old-gpu', { cuda: true, gpus: 'Tesla M60, 535.1.1, 5.2, 8192' }, /6\.0.*Tesla M60 \(5\.2\)/],
    ['gpu-unseen', { cuda: true, gpus: A100 }, /see the GPU, got the CPU .*leave out option cuda$/],
  ])('stops with %s', async (problem, faults, says) => {
    const error = await problemOf(faults);
    expect(error).toMatchObject({ problem, message: expect.stringMatching(says) as string });
  });

  it('refuses a wheel that names no libraries', async () => {
    const wheelFiles = {
      'tensorflow/libtensorflow_cc.so.2': 'x',
      'tensorflow/libtensorflow_framework.so.2': 'x',
      'tensorflow/include/tensorflow/c/c_api.h': 'x',
    };
    const error = await problemOf({ ...SEEN, wheelFiles });
    expect(error).toMatchObject({ problem: 'bad-wheel' });
  });

  it('fetches nothing before it has checked the driver', async () => {
    const machine = fakeMachine({ cuda: true, gpus: 'Tesla M60, 535.1.1, 5.2, 8192' });
    await expect(installNative(machine.options)).rejects.toThrow(NativeError);
    expect(machine.calls().filter((each) => !each.startsWith('nvidia-smi'))).toEqual([]);
    expect(machine.kept()).toEqual([]);
  });
});
