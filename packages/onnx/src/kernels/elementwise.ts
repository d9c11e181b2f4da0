import type * as tf from '@tensorflow/tfjs-core';
import type { ElementType, GraphRecorder, Value } from '../graph/graph.ts';
import { binary, cast, scalar, unary, where } from '../graph/operators.ts';
import {
  expectTranslatable,
  kernel,
  listKernel,
  type Translation,
  type Translations,
} from './kernel.ts';

/** Kernels of one value that are an ONNX operator. */
export const unaryKernels: Translations = {
  ...named(
    'Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Floor Log Neg Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh Softplus Sqrt Tan Tanh',
    (op) => kernel<'x'>((graph, { x }) => unary(graph, op, x)),
  ),
  IsNan: kernel<'x'>((graph, { x }) => unary(graph, 'IsNaN', x, 'bool')),
  IsInf: kernel<'x'>((graph, { x }) => unary(graph, 'IsInf', x, 'bool')),
  IsFinite: kernel<'x'>((graph, { x }) => {
    const isNot = binary(
      graph,
      'Or',
      unary(graph, 'IsNaN', x, 'bool'),
      unary(graph, 'IsInf', x, 'bool'),
    );
    return unary(graph, 'Not', isNot);
  }),
  LogicalNot: kernel<'x'>((graph, { x }) => unary(graph, 'Not', x)),
  Square: kernel<'x'>((graph, { x }) => binary(graph, 'Mul', x, x)),
  Rsqrt: kernel<'x'>((graph, { x }) => unary(graph, 'Reciprocal', unary(graph, 'Sqrt', x))),
  Expm1: kernel<'x'>((graph, { x }) =>
    binary(graph, 'Sub', unary(graph, 'Exp', x), scalar(graph, 1)),
  ),
  Log1p: kernel<'x'>((graph, { x }) =>
    unary(graph, 'Log', binary(graph, 'Add', x, scalar(graph, 1))),
  ),
  Relu6: kernel<'x'>((graph, { x }) => relu6(graph, x)),
  LeakyRelu: kernel<'x', tf.LeakyReluAttrs>((graph, { x }, { alpha }) =>
    leakyRelu(graph, x, alpha),
  ),
  Prelu: kernel<'x' | 'alpha'>((graph, { x, alpha }) => prelu(graph, x, alpha)),
  Step: kernel<'x', tf.StepAttrs>((graph, { x }, { alpha }) => {
    const isPositive = binary(graph, 'Greater', x, scalar(graph, 0, x.type), 'bool');
    return where(graph, isPositive, scalar(graph, 1, x.type), scalar(graph, alpha, x.type));
  }),
  ClipByValue: kernel<'x', tf.ClipByValueAttrs>((graph, { x }, { clipValueMin, clipValueMax }) =>
    clip(graph, x, clipValueMin, clipValueMax),
  ),
  Cast: kernel<'x', tf.CastAttrs>((graph, { x }, { dtype }) => {
    expectTranslatable(dtype !== 'string' && dtype !== 'complex64', `a cast to ${dtype}`);
    return cast(graph, x, dtype);
  }),
  Identity: kernel<'x'>((_, { x }) => x),
};

/** Kernels of two values, broadcast. */
export const binaryKernels: Translations = {
  ...pairs(
    {
      Add: 'Add',
      Sub: 'Sub',
      Multiply: 'Mul',
      RealDiv: 'Div',
      Maximum: 'Max',
      Minimum: 'Min',
      Pow: 'Pow',
    },
    undefined,
  ),
  ...pairs(
    {
      Equal: 'Equal',
      Greater: 'Greater',
      GreaterEqual: 'GreaterOrEqual',
      Less: 'Less',
      LessEqual: 'LessOrEqual',
      LogicalAnd: 'And',
      LogicalOr: 'Or',
    },
    'bool',
  ),
  NotEqual: kernel<'a' | 'b'>((graph, { a, b }) =>
    unary(graph, 'Not', binary(graph, 'Equal', a, b, 'bool')),
  ),
  SquaredDifference: kernel<'a' | 'b'>((graph, { a, b }) => {
    const difference = binary(graph, 'Sub', a, b);
    return binary(graph, 'Mul', difference, difference);
  }),
  FloorDiv: kernel<'a' | 'b'>((graph, { a, b }) => {
    // ONNX's integer division truncates.
    const ratio = binary(graph, 'Div', cast(graph, a, 'float32'), cast(graph, b, 'float32'));
    return cast(graph, unary(graph, 'Floor', ratio), 'int32');
  }),
  Mod: kernel<'a' | 'b'>((graph, { a, b }) => {
    if (a.type === 'int32') return binary(graph, 'Mod', a, b);
    const ratio = unary(graph, 'Floor', binary(graph, 'Div', a, b));
    return binary(graph, 'Sub', a, binary(graph, 'Mul', ratio, b));
  }),
  AddN: listKernel((graph, values) => values.reduce((sum, x) => binary(graph, 'Add', sum, x))),
  Select: kernel<'condition' | 't' | 'e'>((graph, { condition, t, e }) => {
    expectTranslatable(
      condition.shape.length === t.shape.length,
      `a choice by a condition of rank ${condition.shape.length} between values of rank ${t.shape.length}`,
    );
    return where(graph, condition, t, e);
  }),
};

/** x, or alpha·x where it is negative. */
export function leakyRelu(graph: GraphRecorder, x: Value, alpha: number): Value {
  return unary(graph, 'LeakyRelu', x, x.type, { alpha: { float: alpha } });
}

/** x, or alpha·x where it is negative, alpha broadcast. */
export function prelu(graph: GraphRecorder, x: Value, alpha: Value): Value {
  const isNegative = binary(graph, 'Less', x, scalar(graph, 0), 'bool');
  return where(graph, isNegative, binary(graph, 'Mul', x, alpha), x);
}

/** x between 0 and 6. */
export function relu6(graph: GraphRecorder, x: Value): Value {
  return clip(graph, x, 0, 6);
}

function clip(graph: GraphRecorder, x: Value, low: number, high: number): Value {
  const bounds = [scalar(graph, low, x.type), scalar(graph, high, x.type)];
  return graph.node('Clip', [x, ...bounds], x);
}

function named(names: string, translation: (op: string) => Translation): Translations {
  return Object.fromEntries(names.split(' ').map((name) => [name, translation(name)]));
}

function pairs(
  operators: Readonly<Record<string, string>>,
  type: ElementType | undefined,
): Translations {
  const entries = Object.entries(operators).map(([name, op]): [string, Translation] => [
    name,
    kernel<'a' | 'b'>((graph, { a, b }) => binary(graph, op, a, b, type)),
  ]);
  return Object.fromEntries(entries);
}
