import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '@halp/random';
import { type Clip, createClip } from '@halp/skeleton';
import {
  aimclrExtremeView,
  aimclrNormalView,
  centreCrop,
  centreView,
  checkPipeline,
  compilePipeline,
  cropResize,
  downstreamView,
  halpPretrainView,
  modulesOfPipeline,
  type Pipeline,
  shear,
} from '../../src/index.ts';
import { noiseClip } from '../clips.ts';

const clip = noiseClip([3, 90, 20, 2]);
const own = new URL('./own-step.ts', import.meta.url).href;
const size = { size: 32, ratio: [0.1, 1], minimum: 16 } as const;
const crop = { kind: 'crop-resize', ...size } as const;

/** A pipeline as read from a file. */
const wrong = (steps: unknown) => () => checkPipeline(steps as Pipeline);

describe('compilePipeline', () => {
  it('runs the steps in order with one random stream', async () => {
    const view = await compilePipeline([crop, { kind: 'shear' }]);
    const rng = createRandom(5);
    const expected = shear(cropResize(clip, size, rng), {}, rng);
    expect(view(clip, createRandom(5))).toEqual(expected);
  });

  it('returns the clip itself from an empty pipeline', async () => {
    expect((await compilePipeline([]))(clip, createRandom(0))).toBe(clip);
  });

  it('runs functions between the steps, with the same random stream', async () => {
    const jitter = (given: Clip, rng: Random): Clip =>
      createClip(
        given.shape,
        given.data.map((value) => value + rng.normal()),
      );
    const view = await compilePipeline([crop, jitter, { kind: 'shear' }]);
    const rng = createRandom(5);
    const expected = shear(jitter(cropResize(clip, size, rng), rng), {}, rng);
    expect(view(clip, createRandom(5))).toEqual(expected);
  });

  it('refuses the results of functions that are no clips, and names the step', async () => {
    const nothing = await compilePipeline([crop, () => undefined as never]);
    expect(() => nothing(clip, createRandom(0))).toThrow(
      'compilePipeline: expected step 1 (a function) to return a clip, got undefined',
    );
    const short = await compilePipeline([({ shape }) => ({ shape, data: new Float32Array(3) })]);
    expect(() => short(clip, createRandom(0))).toThrow(RangeError);
    const misspelt = [(same: Clip) => same, { kind: 'crop-resise' } as never];
    await expect(compilePipeline(misspelt)).rejects.toThrow("step 1 ('crop-resise')");
  });

  it('selects each choice with its probability', async () => {
    const view = await compilePipeline([
      {
        kind: 'one-of',
        choices: [
          { probability: 0.7, steps: [] },
          { probability: 0.2, steps: [{ kind: 'centre-crop', size: 2 }] },
          { probability: 0.1, steps: [{ kind: 'centre-crop', size: 3 }] },
        ],
      },
    ]);
    const rng = createRandom(0);
    const counts = new Map<number, number>();
    for (let i = 0; i < 2000; i++) {
      const frames = view(clip, rng).shape[1];
      counts.set(frames, (counts.get(frames) ?? 0) + 1);
    }
    // Five standard deviations of a binomial count.
    for (const [frames, probability] of [
      [90, 0.7],
      [2, 0.2],
      [3, 0.1],
    ] as const) {
      const deviation = Math.sqrt(2000 * probability * (1 - probability));
      expect(Math.abs((counts.get(frames) ?? 0) - 2000 * probability)).toBeLessThan(5 * deviation);
    }
  });

  it('refuses a clip that one of the choices does not fit on every call, whichever is drawn', async () => {
    const view = await compilePipeline(halpPretrainView());
    const small = noiseClip([3, 90, 10, 1]);
    for (let seed = 0; seed < 20; seed++) {
      expect(() => view(small, createRandom(seed))).toThrow(
        /step 1 \('one-of'\), choice \d, step 0 \('joint-corruption'\): .* expected joints to be an integer in \[1, 10\], got 15/,
      );
      expect(view(noiseClip([3, 90, 25, 1]), createRandom(seed)).shape[2]).toBe(25);
    }
  });

  it('is unchanged by a round trip through JSON', async () => {
    const pipeline = halpPretrainView({ size: 32, minimum: 16, layout: 'kinect-v1' });
    expect(pipeline).toEqual(halpPretrainView({ size: 32, minimum: 16, corrupted: 12 }));
    expect(halpPretrainView()).toEqual(halpPretrainView({ corrupted: 15 }));
    const copy = JSON.parse(JSON.stringify(pipeline)) as Pipeline;
    const [a, b] = await Promise.all([compilePipeline(pipeline), compilePipeline(copy)]);
    for (let seed = 0; seed < 10; seed++) {
      expect(b(clip, createRandom(seed))).toEqual(a(clip, createRandom(seed)));
    }
  });

  it('loads a custom step by its URL', async () => {
    const view = await compilePipeline([{ kind: 'module', module: own, options: { factor: 3 } }], {
      modules: [own],
    });
    expect([...view(clip, createRandom(0)).data]).toEqual([...clip.data.map((value) => 3 * value)]);
  });

  it('rejects a custom step whose result is not a clip', async () => {
    const view = await compilePipeline(
      [{ kind: 'module', module: own, options: { factor: NaN } }],
      { modules: [own] },
    );
    expect(() => view(clip, createRandom(0))).toThrow('createClip: expected 10800 numbers');
  });

  it('names the step whose module is missing or exports nothing', async () => {
    const missing = new URL('./no-such-step.ts', import.meta.url).href;
    const modules = [missing, new URL('../clips.ts', import.meta.url).href];
    await expect(
      compilePipeline([crop, { kind: 'module', module: missing }], { modules }),
    ).rejects.toThrow(`compilePipeline: step 1 ('module'): cannot load ${missing}`);
    const clips = new URL('../clips.ts', import.meta.url).href;
    await expect(compilePipeline([{ kind: 'module', module: clips }], { modules })).rejects.toThrow(
      `step 0 ('module'): expected ${clips} to export a function createTransform`,
    );
  });

  describe('of a pipeline passed as data', () => {
    const marker = 'halpStrangersCodeRan';
    const foreign = (scheme: string): string => `${scheme}globalThis.${marker} = true`;
    const module = { kind: 'module', module: foreign('data:text/javascript,') } as const;
    const nested = (steps: Pipeline): Pipeline => [
      {
        kind: 'one-of',
        choices: [
          { probability: 0.5, steps: [] },
          { probability: 0.5, steps },
        ],
      },
    ];

    it.each([
      ['alone', [module], "step 0 ('module')"],
      ['after other steps', [crop, module], "step 1 ('module')"],
      ['in a choice', nested([module]), "step 0 ('one-of'), choice 1, step 0 ('module')"],
      [
        'in a choice of a choice',
        nested(nested([crop, module])),
        "step 0 ('one-of'), choice 1, step 0 ('one-of'), choice 1, step 1 ('module')",
      ],
    ] satisfies [string, Pipeline, string][])(
      'rejects a module %s without running it',
      async (_, pipeline, where) => {
        await expect(compilePipeline(pipeline)).rejects.toThrow(
          `compilePipeline: ${where}: expected an allowed module, got ${module.module}`,
        );
        expect(marker in globalThis).toBe(false);
      },
    );

    it('imports no allowed module if another module is not allowed', async () => {
      const allowed = foreign('data:text/javascript,/* allowed */');
      const pipeline: Pipeline = [{ kind: 'module', module: allowed }, ...nested([module])];
      await expect(compilePipeline(pipeline, { modules: [allowed] })).rejects.toThrow('choice 1');
      expect(marker in globalThis).toBe(false);
    });

    it('lists the modules of all steps', () => {
      expect(modulesOfPipeline([module, ...nested([crop, module])])).toEqual([
        { module: module.module, where: "step 0 ('module')" },
        { module: module.module, where: "step 1 ('one-of'), choice 1, step 1 ('module')" },
      ]);
    });
  });
});

describe('checkPipeline', () => {
  it('accepts the pipelines of the papers', () => {
    for (const pipeline of [
      halpPretrainView(),
      downstreamView(),
      centreView(),
      aimclrNormalView(),
      aimclrExtremeView(),
    ]) {
      expect(() => checkPipeline(pipeline, { joints: 25 })).not.toThrow();
    }
  });

  it('names the step at any depth', () => {
    expect(() => checkPipeline(halpPretrainView({ corrupted: 15 }), { joints: 14 })).toThrow(
      "checkPipeline: step 1 ('one-of'), choice 0, step 0 ('joint-corruption'): " +
        'jointCorruption: expected joints to be an integer in [1, 14], got 15',
    );
    expect(wrong([crop, { ...crop, minimum: 0 }])).toThrow(
      "checkPipeline: step 1 ('crop-resize'): cropResize: expected a positive integer minimum, got 0",
    );
  });

  it('rejects unknown kinds, misspelt fields and missing ones', () => {
    expect(wrong([{ kind: 'sheer' }])).toThrow(
      "step 0 ('sheer'): expected a kind among crop-resize, centre-crop, temporal-crop, " +
        'temporal-flip, spatial-flip, parallel-shoulders, rotation, shear, gaussian-noise, gaussian-blur, axis-mask, ' +
        "joint-corruption, one-of, module, got 'sheer'",
    );
    expect(wrong([{ kind: 'toString' }])).toThrow('expected a kind among');
    expect(wrong([{ kind: 'shear', amplitud: 1 }])).toThrow(
      "no fields but kind, amplitude, got 'amplitud'",
    );
    expect(wrong([{ kind: 'crop-resize', size: 32, ratio: [0.1, 1] }])).toThrow(
      "a field 'minimum'",
    );
    expect(wrong([{ ...crop, ratio: 0.5 }])).toThrow('a ratio of the form [low, high], got 0.5');
    expect(wrong([{ kind: 'module', module: './own.js' }])).toThrow(
      "relative to a file) as module of step 0 ('module'), got './own.js'",
    );
    expect(wrong([{ kind: 'module', module: 7 }])).toThrow("as module of step 0 ('module'), got 7");
    expect(wrong([{ kind: 'module', module: '@me/steps' }])).not.toThrow();
  });

  it('rejects pipelines that would exhaust memory or stack', () => {
    const blur = { kind: 'gaussian-blur', sigma: [0.1, 2] };
    for (const [step, field] of [
      [{ ...crop, size: 10_001 }, 'size'],
      [{ kind: 'centre-crop', size: 10_001 }, 'size'],
      [{ ...blur, radius: 10_001 }, 'radius'],
    ] as const) {
      expect(wrong([step])).toThrow(
        `checkPipeline: step 0 ('${step.kind}'): expected a ${field} of at most 10000 frames, got 10001`,
      );
      expect(wrong([{ ...step, [field]: 10_000 }])).not.toThrow();
    }
    const nested = (depth: number): object[] => {
      let steps: object[] = [{ kind: 'shear' }];
      for (let i = 0; i < depth; i++) {
        steps = [{ kind: 'one-of', choices: [{ probability: 1, steps }] }];
      }
      return steps;
    };
    expect(wrong(nested(16))).not.toThrow();
    for (const depth of [17, 5000]) {
      expect(wrong(nested(depth))).toThrow(
        /^checkPipeline: expected at most 16 nested 'one-of', got more$/,
      );
    }
  });

  it('checks the values of every kind of step', () => {
    const rotation = { kind: 'rotation', main: [0, 1], others: [0, 0] };
    const blur = { kind: 'gaussian-blur', sigma: [0.1, 2] };
    expect(wrong([rotation, blur])).not.toThrow();
    for (const [step, message] of [
      [{ ...crop, ratio: ['0.1', 1] }, 'a ratio with 0 < low <= high <= 1, got [0.1, 1]'],
      [{ kind: 'centre-crop', size: 9, ratio: '1' }, "a ratio in (0, 1], got '1'"],
      [{ kind: 'temporal-crop', paddingRatio: 0 }, 'a positive integer paddingRatio, got 0'],
      [{ kind: 'temporal-flip', probability: 1 }, "no fields but kind, got 'probability'"],
      [{ kind: 'spatial-flip', layout: 'kinect', axis: 'x' }, 'expected a layout among kinect-v1'],
      [{ kind: 'spatial-flip', layout: 'kinect-v2', axis: 0 }, 'an axis among x, y, z, got 0'],
      [{ ...rotation, main: [1, 0] }, 'main of the form [low, high] with low <= high, got [1,0]'],
      [{ ...rotation, main: 1 }, 'got 1'],
      [{ ...rotation, main: ['0', 1] }, 'got ["0",1]'],
      [{ ...rotation, others: [0, null] }, 'others of the form [low, high]'],
      [{ kind: 'shear', amplitude: '1' }, "an amplitude above 0, got '1'"],
      [{ kind: 'gaussian-noise', deviation: -1 }, 'a deviation above 0, got -1'],
      [
        { kind: 'gaussian-noise', deviation: 1, points: 'some' },
        "points 'seen' or 'all', got 'some'",
      ],
      [{ ...blur, sigma: [0, 1] }, 'sigma of the form [low, high] with 0 < low <= high, got [0,1]'],
      [{ ...blur, radius: 0 }, 'a positive integer radius, got 0'],
      [{ ...blur, weights: 'none' }, "weights 'normalised' or 'raw', got 'none'"],
      [{ kind: 'axis-mask', axis: 'w' }, "an axis among x, y, z, got 'w'"],
    ] as const) {
      expect(wrong([step])).toThrow(`step 0 ('${step.kind}'): `);
      expect(wrong([step])).toThrow(message);
    }
    const flip: Pipeline = [{ kind: 'spatial-flip', layout: 'kinect-v2', axis: 'x' }];
    expect(() => checkPipeline(flip, { joints: 25 })).not.toThrow();
    expect(() => checkPipeline(flip, { joints: 20 })).toThrow(
      "step 0 ('spatial-flip'): spatialFlip: expected 25 joints (kinect-v2), got 20",
    );
  });

  it('rejects anything other than a list of steps', () => {
    expect(wrong({ kind: 'shear' })).toThrow(
      'checkPipeline: expected a list of steps, got {"kind":"shear"}',
    );
    expect(wrong([null])).toThrow("step 0 ('undefined'): expected a kind among");
    expect(wrong([{ kind: 'one-of', choices: [{ probability: 1, steps: 'shear' }] }])).toThrow(
      "step 0 ('one-of'), choice 0, expected a list of steps, got 'shear'",
    );
  });

  it('rejects invalid probabilities, and those that do not sum to 1', () => {
    const oneOf = (...probabilities: number[]) =>
      wrong([
        {
          kind: 'one-of',
          choices: probabilities.map((probability) => ({ probability, steps: [] })),
        },
      ]);
    expect(oneOf(0.5, 0.4)).toThrow(
      "step 0 ('one-of'): expected probabilities that sum to 1, got 0.9",
    );
    expect(oneOf(1, 0)).toThrow(
      "step 0 ('one-of'), choice 1: expected a probability in (0, 1], got 0",
    );
    expect(wrong([{ kind: 'one-of', choices: [{ probability: '1', steps: [] }] }])).toThrow(
      "a probability in (0, 1], got '1'",
    );
    expect(oneOf()).toThrow('expected at least one choice, got []');
    expect(oneOf(1 / 3, 1 / 3, 1 / 3)).not.toThrow();
  });
});

describe('the views of the paper', () => {
  it('differ in pretraining and are a plain crop downstream', async () => {
    const [pretrain, downstream, centre] = await Promise.all(
      [halpPretrainView({ corrupted: 12 }), downstreamView(), centreView()].map((view) =>
        compilePipeline(view),
      ),
    );
    expect(pretrain?.(clip, createRandom(0)).shape).toEqual([3, 64, 20, 2]);
    expect(downstream?.(clip, createRandom(0))).toEqual(
      cropResize(clip, { size: 64, ratio: [0.5, 1], minimum: 64 }, createRandom(0)),
    );
    expect(centre?.(clip, createRandom(0))).toEqual(centreCrop(clip, { size: 64 }));
  });
});
