import { describe, expect, expectTypeOf, it } from 'vitest';
import * as formats from '../../src/formats/list.ts';
import { ntuSets, nwUclaCounts, pkuClasses, syntheticClasses } from '../../src/index.ts';
import {
  type DataSetName,
  dataSetNamed,
  dataSets,
  type Plan,
  planKinetics,
  planNtu,
  planSynthetic,
  type PrepareSetOptions,
} from '../../src/node.ts';
import { temporaryFolder } from '../helpers.ts';
import { rawSets } from '../raw-sets.ts';

const path = temporaryFolder();
const { ntuFolder, pkuFolder, uclaFolder, utdFolder, kineticsFolder, ownFolder } = rawSets(path);

describe('the list of data sets', () => {
  it('names each once, in the order of the names', () => {
    expect(dataSets.map(({ name }) => name)).toEqual([
      ...['arrays', 'kinetics', 'ntu60', 'ntu120', 'nw-ucla', 'own', 'pkummd1', 'pkummd2'],
      ...['pyskl', 'synthetic', 'utd-mhad'],
    ]);
  });

  it('has the published facts of a data set, and none that depend on its files', () => {
    expect(dataSetNamed('ntu120')).toMatchObject({
      title: 'NTU',
      classes: ntuSets.ntu120.classes,
      benchmarks: {
        xsub: { train: 63_026, test: 50_919 },
        xset: { train: 54_468, test: 59_477 },
      },
      raw: 'several',
      canFake: true,
    });
    expect(dataSetNamed('pkummd2')).toMatchObject({
      classes: pkuClasses,
      benchmarks: { xsub: { train: 5_339, test: 1_613 }, xview: undefined },
    });
    expect(dataSetNamed('nw-ucla')?.benchmarks).toEqual({ xview: nwUclaCounts });
    expect(dataSetNamed('synthetic')?.classes).toEqual(syntheticClasses);
    expect(dataSetNamed('pyskl')).toMatchObject({ benchmarks: {} });
    expect(dataSetNamed('pyskl')).not.toHaveProperty('classes');
    expect(dataSetNamed('mine')).toBeUndefined();
    expect(dataSetNamed('toString')).toBeUndefined();
  });

  it('has the options of every data set', () => {
    const names = dataSets.flatMap(({ name, options }) =>
      Object.keys(options).map((option) => `${name} ${option}`),
    );
    expect(names).toContain('ntu60 missingList');
    expect(names).toContain('arrays labelsFrom');
    expect(names).toContain('own normalisation');
    expect(names).toHaveLength(2 + 5 + 1 + 2 * 2 + 2 + 3);
  });

  it('has one reader for each record', () => {
    const readers = Object.values(formats).map(({ reader }) => reader);
    expect(new Set(readers).size).toBe(readers.length);
  });

  it.each<[DataSetName, () => Plan | Promise<Plan>]>([
    ['ntu60', async () => planNtu({ set: 'ntu60', raw: (await ntuFolder()).raw as string[] })],
    ['nw-ucla', uclaFolder],
    ['utd-mhad', utdFolder],
    ['kinetics', async () => planKinetics({ raw: (await kineticsFolder()).raw?.[0] as string })],
    ['own', ownFolder],
    ['synthetic', () => planSynthetic({ performers: 2, replications: 1 })],
  ])('has the benchmarks, classes and counts that a plan of %s has', async (name, plan) => {
    const { benchmarks, published, classes } = await plan();
    const facts = dataSetNamed(name);
    expect(Object.keys(facts?.benchmarks ?? {}).sort()).toEqual([...benchmarks].sort());
    for (const [benchmark, counts] of Object.entries(published ?? {})) {
      expect(facts?.benchmarks[benchmark]).toEqual(counts);
    }
    if (facts?.classes !== undefined) expect(facts.classes).toEqual(classes);
  });

  it('counts PKU-MMD II only for estimates: its plan accepts other counts', async () => {
    expect((await pkuFolder()).published).toBeUndefined();
  });
});

describe('the options of prepareSet', () => {
  it('are those of the data set', () => {
    expectTypeOf<PrepareSetOptions<'ntu60'>>().toHaveProperty('missingList');
    expectTypeOf<PrepareSetOptions<'ntu60'>>().not.toHaveProperty('seed');
    expectTypeOf<PrepareSetOptions<'ntu60'>['raw']>().toEqualTypeOf<string | readonly string[]>();
    expectTypeOf<PrepareSetOptions<'synthetic'>['seed']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<PrepareSetOptions<'arrays'>['channels']>().toEqualTypeOf<
      'xyz' | 'xy-score' | undefined
    >();
    // @ts-expect-error NTU RGB+D needs its raw files.
    const withoutRaw: PrepareSetOptions<'ntu60'> = { out: 'out' };
    const ofAny: PrepareSetOptions<DataSetName> = { out: 'out', raw: ['raw'], seed: 1 };
    expect([withoutRaw.out, ofAny.out]).toEqual(['out', 'out']);
  });
});
