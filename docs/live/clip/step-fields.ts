import type { Step } from '@halp/augment';
import { MOST_FRAMES } from '../limits.ts';

/** The steps that the page can edit: all except those of kind `module`. */
export type StepKind = Exclude<Step['kind'], 'module'>;

/** An option of a step and its input field. */
export type Field =
  | {
      readonly name: string;
      readonly kind: 'number' | 'range';
      readonly step: number;
      /** The largest value that this page accepts; 'joints' is the number of joints of the clip. */
      readonly most: number | 'joints';
    }
  | { readonly name: string; readonly kind: 'choice'; readonly of: readonly string[] };

/** A kind of step. */
export interface StepForm {
  /** A short description. */
  readonly what: string;
  /** The step with its initial options. */
  readonly initial: Step;
  /** Its options. */
  readonly fields: readonly Field[];
}

const number = (name: string, most: number | 'joints', step = 1): Field => {
  return { name, kind: 'number', step, most };
};
const range = (name: string, most: number, step: number): Field => {
  return { name, kind: 'range', step, most };
};
const layout = 'kinect-v2';

/** Every kind of step with its options, in the order of the README of `@halp/augment`. */
export const stepForms: Readonly<Record<StepKind, StepForm>> = {
  'crop-resize': {
    what: 'a random stretch of the clip, resized along time',
    initial: { kind: 'crop-resize', size: 64, ratio: [0.1, 1], minimum: 64 },
    fields: [number('size', MOST_FRAMES), range('ratio', 1, 0.05), number('minimum', MOST_FRAMES)],
  },
  'centre-crop': {
    what: 'the center of the clip, resized',
    initial: { kind: 'centre-crop', size: 64, ratio: 0.95 },
    fields: [number('size', MOST_FRAMES), number('ratio', 1, 0.05)],
  },
  'temporal-crop': {
    what: 'reflection padding at both ends, then a random crop of the original length',
    initial: { kind: 'temporal-crop', paddingRatio: 6 },
    fields: [number('paddingRatio', MOST_FRAMES)],
  },
  'temporal-flip': {
    what: 'played backwards',
    initial: { kind: 'temporal-flip' },
    fields: [],
  },
  'spatial-flip': {
    what: 'left and right joints swapped, one axis or none negated',
    initial: { kind: 'spatial-flip', layout, axis: 'x' },
    fields: [{ name: 'axis', kind: 'choice', of: ['x', 'y', 'z', 'none'] }],
  },
  'parallel-shoulders': {
    what: 'each person centered at its root and rotated until its shoulders are parallel to x',
    initial: { kind: 'parallel-shoulders', layout },
    fields: [],
  },
  rotation: {
    what: 'random rotation, mostly about one random axis; radians',
    initial: { kind: 'rotation', main: [0, 0.52], others: [0, 0.02] },
    fields: [range('main', 6.3, 0.02), range('others', 6.3, 0.02)],
  },
  shear: {
    what: 'shear by one random matrix with unit diagonal',
    initial: { kind: 'shear', amplitude: 1 },
    fields: [number('amplitude', 10, 0.1)],
  },
  'gaussian-noise': {
    what: 'independent Gaussian noise on every coordinate; metres',
    initial: { kind: 'gaussian-noise', deviation: 0.01, points: 'seen' },
    fields: [
      number('deviation', 10, 0.005),
      { name: 'points', kind: 'choice', of: ['seen', 'all'] },
    ],
  },
  'gaussian-blur': {
    what: 'Gaussian blur along time with a random sigma; frames',
    initial: { kind: 'gaussian-blur', sigma: [0.1, 2], radius: 7, weights: 'normalised' },
    fields: [
      range('sigma', 100, 0.1),
      number('radius', 60),
      { name: 'weights', kind: 'choice', of: ['normalised', 'raw'] },
    ],
  },
  'axis-mask': {
    what: 'one axis set to zero',
    initial: { kind: 'axis-mask' },
    fields: [{ name: 'axis', kind: 'choice', of: ['any', 'x', 'y', 'z'] }],
  },
  'joint-corruption': {
    what: 'some joints set to zero, or multiplied by one random matrix',
    initial: { kind: 'joint-corruption', joints: 15 },
    fields: [number('joints', 'joints')],
  },
  'one-of': {
    what: 'one of several pipelines, drawn for every clip',
    initial: {
      kind: 'one-of',
      choices: [
        { probability: 0.5, steps: [{ kind: 'shear', amplitude: 1 }] },
        { probability: 0.5, steps: [] },
      ],
    },
    fields: [],
  },
};

/** Whether a text names a kind of step that the page can edit. */
export function isStepKind(text: string): text is StepKind {
  return Object.hasOwn(stepForms, text);
}
