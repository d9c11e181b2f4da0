import * as live from '@halp/live';
import { kinectV2 } from '@halp/skeleton';
import { aList, aText, options, plainCalls, textBytes } from '@halp/testing';
import { fakeModel, handAxis, waving, wavingExamples } from './helpers.ts';

const lesson = { name: 'mine', layout: kinectV2, fps: 30, examples: wavingExamples };

plainCalls('live', live, {
  createRecogniser: () => {
    const own = { model: fakeModel(handAxis), layout: kinectV2, fps: 30, window: 1, hop: 0.5 };
    const more = {
      k: 1,
      lambda: 0.1,
      threshold: 0.5,
      rejection: 0.5,
      smoothing: 0.5,
      hysteresis: 0.1,
    };
    const value = { ...own, ...more, minVisibility: 0.5, longestGap: 0.5 };
    const { wrong, ...rest } = options(value);
    return [
      {
        ...rest,
        wrong: [
          ...wrong,
          ['no model', { ...value, model: undefined }],
          ['a model without embed', { ...value, model: { recipe: own.model.recipe } }],
          ['a model without recipe', { ...value, model: {} }],
          ['a misspelt option', { ...value, widnow: 1 }],
          ['a window of 0', { ...value, window: 0 }],
          ['another classifier', { ...value, by: 'svm' }],
          ['other spans', { ...value, spans: 'clips' }],
          ['another axis', { ...value, up: 'x' }],
          ['examples that are no list', { ...value, examples: 7 }],
          ['a lesson that is no object', { ...value, lesson: 7 }],
          ['a lesson without examples', { ...value, lesson: { ...lesson, examples: undefined } }],
          ['an example without a clip', { ...value, examples: [{ label: 'a' }] }],
          ['classes that are no list', { ...value, classes: 'a' }],
          ['movements with a misspelt option', { ...value, movement: { strat: 1 } }],
          ['events that are no function', { ...value, onEvent: 'log' }],
          ['a clock that is no function', { ...value, now: 7 }],
        ],
      },
    ];
  },
  createSegmenter: () => [
    options({
      layout: kinectV2,
      fps: 30,
      minVisibility: 0.5,
      longestGap: 0.5,
      start: 1,
      rest: 0.5,
      pause: 1,
    }),
  ],
  teachMovements: () => {
    const recogniser = { ...{ layout: kinectV2, fps: 30 }, addExample: () => Promise.resolve() };
    const value = { recogniser, label: 'wave', minVisibility: 0.5, longestGap: 0.5, start: 1 };
    const { wrong, ...rest } = options(value);
    // A movement of two seconds between two of rest.
    const frames = Array.from({ length: 120 }, (_, i) => {
      const seconds = i / 30;
      return { joints: waving(seconds > 1 && seconds < 3 ? 0 : undefined, seconds), seconds };
    });
    return [
      aList(frames),
      {
        ...rest,
        wrong: [
          ...wrong,
          ['no recogniser', { ...value, recogniser: undefined }],
          ['a recogniser without addExample', { ...value, recogniser: { layout: kinectV2 } }],
          ['no label', { ...value, label: undefined }],
        ],
      },
    ];
  },
  framesOfLines: () => [aList(['{"seconds":1,"joints":[]}'])],
  formatExamples: () => {
    const { wrong, ...rest } = options(lesson);
    return [
      {
        ...rest,
        wrong: [...wrong, ['no examples', { ...lesson, examples: undefined }]],
      },
    ];
  },
  parseExamples: () => [textBytes(live.formatExamples(lesson)), aText('lesson.json')],
});
