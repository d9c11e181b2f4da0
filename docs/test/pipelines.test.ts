import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Pipeline, sometimes, viewNames } from '@halp/augment';
import { type LayoutName, layoutNames } from '@halp/skeleton';
import {
  expectStepsFit,
  parseSteps,
  pipelineNamed,
  stepsForLayout,
} from '../live/clip/pipelines.ts';
import { stepForms } from '../live/clip/step-fields.ts';

const names = [...viewNames, 'none'];

describe('a pipeline of the page of clips', () => {
  it('has a maximum for every number that a user can type, and rejects what is above it', () => {
    for (const { initial, fields } of Object.values(stepForms)) {
      for (const field of fields) {
        if (field.kind === 'choice') continue;
        const most = field.most === 'joints' ? 25 : field.most;
        const values = [most * 2, [0, most * 2]];
        const step = { ...initial, [field.name]: values[field.kind === 'range' ? 1 : 0] };
        expect(() => expectStepsFit([step], 'kinect-v2'), `${initial.kind} ${field.name}`).toThrow(
          RangeError,
        );
      }
    }
  });

  it('names the step and the number', () => {
    const long: Pipeline = [{ kind: 'crop-resize', size: 5000, ratio: [0.1, 1], minimum: 64 }];
    const message = 'crop-resize: expected size of at most 3600 on this page, got 5000';
    expect(() => expectStepsFit(long, 'kinect-v2')).toThrow(message);
    const inside: Pipeline = [{ kind: 'one-of', choices: [{ probability: 1, steps: long }] }];
    expect(() => expectStepsFit(inside, 'kinect-v2')).toThrow(message);
    const many = Array.from({ length: 25 }, () => ({ kind: 'temporal-flip' }) as const);
    expect(() => expectStepsFit(many, 'kinect-v2')).toThrow(
      'expected at most 24 steps on this page, got 25',
    );
  });

  it('of a link has no step that is code, at any depth', () => {
    const step = { kind: 'module', module: 'data:text/javascript,' } as const;
    for (const steps of [
      [step],
      [{ kind: 'one-of', choices: [{ probability: 1, steps: [step] }] }],
    ]) {
      expect(() => parseSteps(JSON.stringify(steps), 'kinect-v2')).toThrow(
        'module: expected a step that this page has',
      );
    }
    for (const text of [
      '',
      '{',
      '5',
      'null',
      '[null]',
      '[{"kind":"x"}]',
      '[{"kind":"shear","x":1}]',
    ]) {
      expect(() => parseSteps(text, 'kinect-v2'), text).toThrow();
    }
  });

  it('fits the joints of every layout', () => {
    for (const layout of layoutNames) {
      for (const name of names) {
        const pipeline = pipelineNamed(name, layout) as Pipeline;
        expect(() => expectStepsFit(pipeline, layout), `${name} ${layout}`).not.toThrow();
      }
    }
    expect(pipelineNamed('own', 'kinect-v2')).toBeUndefined();
  });

  it('gets another layout and keeps its numbers, at any depth', () => {
    const steps = (layout: LayoutName): Pipeline => [
      { kind: 'joint-corruption', joints: 7 },
      { kind: 'parallel-shoulders', layout },
      sometimes(0.5, [{ kind: 'spatial-flip', layout, axis: 'none' }]),
    ];
    expect(stepsForLayout(steps('kinect-v2'), 'coco-17')).toEqual(steps('coco-17'));
  });

  it('can be chosen on the page if it has a name, and every choice but that of own steps is one', () => {
    const page = readFileSync(new URL('../live/Clip.vue', import.meta.url), 'utf8');
    const chooser = /<select name="pipeline">(.*?)<\/select>/s.exec(page)?.[1] ?? '';
    const values = [...chooser.matchAll(/value="([^"]+)"/g)].map(([, value]) => value);
    expect(values.sort()).toEqual([...names, 'own'].sort());
  });
});
