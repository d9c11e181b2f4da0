import { TENSORFLOW_CPU } from '@halp/tfjs-native';
import { describe, expect, it } from 'vitest';

import { unpackedPath } from '../src/wheel.ts';

describe('unpackedPath', () => {
  it.each([
    ['tensorflow/libtensorflow_cc.so.2', 'lib/libtensorflow_cc.so.2'],
    ['tensorflow/libtensorflow_framework.so.2', 'lib/libtensorflow_framework.so.2'],
    ['tensorflow/include/tensorflow/c/eager/c_api.h', 'include/tensorflow/c/eager/c_api.h'],
    ['tensorflow/include/xla/tsl/a.h', 'include/xla/tsl/a.h'],
  ])('puts %s in its place', (entry, path) => {
    expect(unpackedPath(entry)).toBe(path);
  });

  it.each([
    'tensorflow/python/libtensorflow_cc.so.2',
    'tensorflow/include/xla/service/a.h',
    'tensorflow/include/tensorflow/c/',
    'tensorflow-2.21.0.dist-info/RECORD',
  ])('leaves %s out', (entry) => {
    expect(unpackedPath(entry)).toBeUndefined();
  });
});

describe('TENSORFLOW_CPU', () => {
  it('pins one file', () => {
    expect(TENSORFLOW_CPU.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.isFrozen(TENSORFLOW_CPU)).toBe(true);
  });
});
