import { gotText } from '@halp/random/check';
import type { Part } from '../../prepared/manifest.ts';
import { ntuClasses } from './classes.ts';
import type { NtuName } from './name.ts';

/** NTU RGB+D and its superset NTU RGB+D 120. */
export type NtuSetName = 'ntu60' | 'ntu120';

/** The benchmarks of NTU RGB+D and NTU RGB+D 120: by performer, by camera, by setup. */
export type NtuBenchmark = 'xsub' | 'xview' | 'xset';

/** The differences between NTU RGB+D and NTU RGB+D 120. */
export interface NtuSet {
  /** The names of the classes. */
  readonly classes: readonly string[];
  /** The number of setups. */
  readonly setups: number;
  /** Whether a recording is in the training part of a benchmark. */
  readonly trains: (benchmark: NtuBenchmark, name: NtuName) => boolean;
  /** The number of recordings of each part, without those with missing skeletons. */
  readonly published: (benchmark: NtuBenchmark) => Readonly<Record<Part, number>>;
}

const trainingSubjects60: readonly number[] = [
  1, 2, 4, 5, 8, 9, 13, 14, 15, 16, 17, 18, 19, 25, 27, 28, 31, 34, 35, 38,
];
const trainingSubjects120: readonly number[] = [
  ...trainingSubjects60,
  ...[45, 46, 47, 49, 50, 52, 53, 54, 55, 56, 57, 58, 59, 70, 74, 78, 80, 81, 82, 83, 84, 85, 86],
  ...[89, 91, 92, 93, 94, 95, 97, 98, 100, 103],
];

const counts: Readonly<
  Record<NtuSetName, Readonly<Record<string, Readonly<Record<Part, number>>>>>
> = {
  ntu60: { xsub: { train: 40_091, test: 16_487 }, xview: { train: 37_646, test: 18_932 } },
  ntu120: { xsub: { train: 63_026, test: 50_919 }, xset: { train: 54_468, test: 59_477 } },
};

/**
 * The splits of NTU RGB+D (Shahroudy et al., CVPR 2016) and NTU RGB+D 120 (Liu et al., TPAMI 2020):
 * training performers, cameras 2 and 3, even setups.
 */
export const ntuSets: Readonly<Record<NtuSetName, NtuSet>> = {
  ntu60: setOf('ntu60', 60, 17, trainingSubjects60),
  ntu120: setOf('ntu120', 120, 32, trainingSubjects120),
};

/** The benchmarks of a set. */
export function ntuBenchmarksOf(set: NtuSetName): readonly NtuBenchmark[] {
  if (!Object.hasOwn(counts, set ?? '')) {
    throw new RangeError(
      `ntuBenchmarksOf: expected a set ${Object.keys(counts).join(' or ')}, got ${gotText(set)}`,
    );
  }
  return Object.keys(counts[set]) as NtuBenchmark[];
}

function setOf(
  set: NtuSetName,
  classes: number,
  setups: number,
  subjects: readonly number[],
): NtuSet {
  return {
    classes: ntuClasses.slice(0, classes),
    setups,
    trains(benchmark, { subject, camera, setup }) {
      switch (benchmark) {
        case 'xsub':
          return subjects.includes(subject);
        case 'xview':
          return camera !== 1;
        case 'xset':
          return setup % 2 === 0;
      }
    },
    published: (benchmark) => counts[set][benchmark] as Readonly<Record<Part, number>>,
  };
}
