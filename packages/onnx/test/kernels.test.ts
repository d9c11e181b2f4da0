import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { onEachBackend } from '@halp/testing';
import { exportOnnx } from '../src/index.ts';
import { translations } from '../src/kernels/all.ts';
import type { Translation } from '../src/kernels/kernel.ts';
import { expectAgreement, layerOf } from './agreement.ts';
import { kernelCases, SIZES } from './kernel-cases.ts';

describe('the translations', () => {
  it('are those listed in the README', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const [, section = ''] = /## Kernels\n(.*?)\nSome are limited/s.exec(readme) ?? [];
    const named = [...section.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(translations).sort());
  });

  it('all have a case', () => {
    expect(Object.keys(kernelCases).sort()).toEqual(Object.keys(translations).sort());
  });
});

onEachBackend((backend) => {
  for (const [name, apply] of Object.entries(kernelCases)) {
    it(`${name} gives the same in onnxruntime as in TensorFlow.js`, async (context) => {
      if (tf.getKernel(name, tf.getBackend()) === undefined) {
        context.skip(`${backend} has no kernel ${name}`);
      }
      const called = vi.spyOn(translations as Record<string, Translation>, name);
      const layer = layerOf(apply);
      const bytes = await exportOnnx(layer, { clips: SIZES });
      expect(called).toHaveBeenCalled();
      called.mockRestore();
      await expectAgreement(layer, bytes, SIZES, { relative: 1e-4, absolute: 1e-5 });
    });
  }
});
