import { describe, expect, it } from 'vitest';
import { TENSORFLOW_CPU, TENSORFLOW_CUDA } from '@halp/tfjs-native';
import { unpackedPath, wheelFor } from '../../src/machine/wheel.ts';

describe('unpackedPath', () => {
  it.each([
    ['tensorflow/libtensorflow_cc.so.2', 'lib/libtensorflow_cc.so.2'],
    ['tensorflow/libtensorflow_framework.so.2', 'lib/libtensorflow_framework.so.2'],
    ['tensorflow/include/tensorflow/c/eager/c_api.h', 'include/tensorflow/c/eager/c_api.h'],
    ['tensorflow/include/xla/tsl/a.h', 'include/xla/tsl/a.h'],
  ])('puts %s in its place', (entry, path) => {
    expect(unpackedPath(entry, TENSORFLOW_CPU)).toBe(path);
  });

  it.each([
    'tensorflow/python/libtensorflow_cc.so.2',
    'tensorflow/libtensorflow_cc.2.dylib',
    'tensorflow/include/xla/service/a.h',
    'tensorflow/include/tensorflow/c/',
    'tensorflow-2.21.0.dist-info/RECORD',
  ])('leaves %s out', (entry) => {
    expect(unpackedPath(entry, TENSORFLOW_CPU)).toBeUndefined();
  });

  it('knows the libraries of macOS by their names', () => {
    const wheel = wheelFor('darwin-arm64', false);
    expect(unpackedPath('tensorflow/libtensorflow_cc.2.dylib', wheel)).toBe(
      'lib/libtensorflow_cc.2.dylib',
    );
    expect(unpackedPath('tensorflow/libtensorflow_cc.so.2', wheel)).toBeUndefined();
  });
});

describe('wheelFor', () => {
  it('is the wheel for this kind of machine, for CUDA on request', () => {
    expect(wheelFor('linux-x64', false)).toBe(TENSORFLOW_CPU);
    expect(wheelFor('linux-x64', true)).toBe(TENSORFLOW_CUDA);
    expect(wheelFor('linux-arm64', false)).toMatchObject({
      project: 'tensorflow',
      platform: 'manylinux_2_27_aarch64',
      cuda: false,
    });
    expect(wheelFor('darwin-arm64', false).platform).toBe('macosx_12_0_arm64');
  });
});

describe('TENSORFLOW_CPU', () => {
  it('pins one file', () => {
    expect(TENSORFLOW_CPU.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.isFrozen(TENSORFLOW_CPU)).toBe(true);
  });
});

describe('TENSORFLOW_CUDA', () => {
  it('pins no hash: the authors could not download it', () => {
    expect(TENSORFLOW_CUDA.sha256).toBeUndefined();
    expect(TENSORFLOW_CUDA.cuda).toBe(true);
  });
});
