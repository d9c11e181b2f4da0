import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';
import { replaceKernel, type Replacement } from '../kernels/replace-kernel.ts';
import type { WebGpuBackend } from './backend.ts';
import { dispatch, groupsFor, perElement } from './dispatch.ts';

/** Σ c_n x^n by Horner's rule, in WGSL; `x` is a name. */
function polynomial(x: string, coefficients: readonly number[]): string {
  return coefficients.reduceRight((inner, c) => {
    const number = c.toExponential(9);
    return inner === '' ? `${number}` : `(${number} + ${x} * ${inner})`;
  }, '');
}

/** The first coefficients of a power series. */
function series(count: number, coefficient: (n: number) => number): readonly number[] {
  return Array.from({ length: count }, (_, n) => coefficient(n));
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** Taylor's series in r², for |r| <= π/4, beyond the precision of float32. */
const SIN = polynomial(
  's',
  series(6, (n) => (-1) ** n / factorial(2 * n + 1)),
);
const COS = polynomial(
  's',
  series(7, (n) => (-1) ** n / factorial(2 * n)),
);
/** For |r| <= tan(π/8). */
const ATAN = polynomial(
  's',
  series(11, (n) => (-1) ** n / (2 * n + 1)),
);

/** A number in WGSL whose low bits are zero, so that small multiples of it are exact. */
function rounded(value: number, bits: number): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) + 1 - bits);
  return Math.round(value / unit) * unit;
}

const [HIGH, MIDDLE] = [
  rounded(Math.PI / 2, 12),
  rounded(Math.PI / 2 - rounded(Math.PI / 2, 12), 12),
];
const LOW = Math.PI / 2 - HIGH - MIDDLE;

/** sin(x + quarters π/2), from the nearest multiple of π/2 (Cody and Waite's reduction). */
const SINE = `
  fn sine(x : f32, quarters : i32) -> f32 {
    let k = round(x * ${2 / Math.PI});
    let r = ((x - k * ${HIGH}) - k * ${MIDDLE}) - k * ${LOW};
    let s = r * r;
    let turn = (i32(k) + quarters) & 3;
    let value = select(r * ${SIN}, ${COS}, (turn & 1) == 1);
    return select(value, -value, turn >= 2);
  }`;

const UNARY: Readonly<Record<string, string>> = {
  [tf.Sin]: `${SINE}
  fn f(x : f32) -> f32 { return sine(x, 0); }`,
  [tf.Cos]: `${SINE}
  fn f(x : f32) -> f32 { return sine(x, 1); }`,
  [tf.Log]: `
  fn f(x : f32) -> f32 {
    return select(select(log(x), -u.infinity, x == 0.0), u.nan, x < 0.0);
  }`,
  [tf.Sigmoid]: `
  fn f(x : f32) -> f32 {
    let small = exp(-abs(x));
    return select(1.0, small, x < 0.0) / (1.0 + small);
  }`,
};

/** The angle of (x, y) in [-π, π], through that of the smaller of the two over the larger. */
const ATAN2 = `
  fn f(y : f32, x : f32) -> f32 {
    let large = max(abs(x), abs(y));
    let q = min(abs(x), abs(y)) / select(large, 1.0, large == 0.0);
    let shifted = q > ${Math.tan(Math.PI / 8)};
    let r = select(q, (q - 1.0) / (q + 1.0), shifted);
    let s = r * r;
    var angle = r * ${ATAN} + select(0.0, ${Math.PI / 4}, shifted);
    if (abs(y) > abs(x)) { angle = ${Math.PI / 2} - angle; }
    if (x < 0.0) { angle = ${Math.PI} - angle; }
    return select(angle, -angle, y < 0.0);
  }`;

/**
 * Replaces kernels of the WebGPU backend: `Sin`, `Cos` and `Atan2` by ones with float32 precision, `Sigmoid` by one that
 * keeps NaN, and `Log` by one that gives -Infinity for 0.
 *
 * @remarks WGSL promises sin and cos within 2^-11 and atan2 within 4096 units in the last place; SwiftShader's sin and
 * cos have errors of 2e-4, and its log 0 is -88. The stock `Sigmoid` turns NaN into 0 (`@tensorflow/tfjs-backend-webgpu` 4.22.0). The reduction of sin
 * and cos is accurate for angles of up to about 1000.
 */
export function registerWebGpuFunctions(changes: Changes): void {
  for (const [name, code] of Object.entries(UNARY)) {
    replaceKernel(changes, 'registerWebGpuFunctions', name, 'webgpu', (given, stock) => {
      const x = given.inputs['x'] as tf.Tensor;
      if (x.dtype !== 'float32' || x.size === 0) return stock(given);
      const main = keepingNaN('f(x[index])', ['x[index]']);
      return computed(given.backend as WebGpuBackend, name, `${code}\n${main}`, { x }, x.shape);
    });
  }
  replaceKernel(changes, 'registerWebGpuFunctions', tf.Atan2, 'webgpu', atan2);
}

const atan2: Replacement = (given, stock) => {
  const { a, b } = given.inputs as { a: tf.Tensor; b: tf.Tensor };
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return stock(given);
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  if (tf.util.sizeFromShape(shape) === 0) return stock(given);
  const [y, x] = [tf.broadcastTo(a, shape), tf.broadcastTo(b, shape)];
  const code = `${ATAN2}\n${keepingNaN('f(y[index], x[index])', ['y[index]', 'x[index]'])}`;
  const angle = computed(given.backend as WebGpuBackend, tf.Atan2, code, { y, x }, shape);
  tf.dispose([y, x]);
  return angle;
};

/** A new tensor, computed element by element from inputs of the same size. */
function computed(
  backend: WebGpuBackend,
  name: string,
  code: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  shape: readonly number[],
): tf.TensorInfo {
  const result = backend.makeTensorInfo(shape, 'float32');
  const size = tf.util.sizeFromShape([...shape]);
  const workgroups = groupsFor(size, backend);
  dispatch(backend, { name, code, inputs, outputs: { result }, integers: { size }, workgroups });
  return result;
}

/** The shader's entry point: the value, or NaN if one of the inputs is NaN. */
function keepingNaN(value: string, inputs: readonly string[]): string {
  const anyNaN = inputs.map((input) => `isnan(${input})`).join(' || ');
  return perElement(`result[index] = select(${value}, u.nan, ${anyNaN});`);
}
