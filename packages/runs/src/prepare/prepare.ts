import {
  ntuMissing,
  parseNtuNameList,
  type Manifest,
  type Normalisation,
  type Preparation,
  type SyntheticSize,
} from '@halp/data';
import {
  planArrays,
  planKinetics,
  planNtu,
  planNwUcla,
  planOwnClips,
  planPku,
  planPyskl,
  planSynthetic,
  planUtdMhad,
  prepare as prepareData,
  writeSynthetic,
  type Plan,
  type Prepared,
  type Progress as PrepareProgress,
} from '@halp/data/node';
import type { LayoutName } from '@halp/skeleton';
import { expectOneOf, gotText } from '@halp/random/check';
import { checkCall } from '../run/check-call.ts';
import type { Output } from '../terminal/output.ts';
import { postureLines } from '../show/posture-text.ts';
import { expectFolderPath } from '../run/out-path.ts';
import { expectOwnOptions } from './options.ts';
import { showProgress, type Progress } from '../terminal/progress.ts';
import { readInput } from '../run/read-input.ts';

/**
 * The data sets and formats that {@link prepare} knows; `arrays` are AGCN's or CTR-GCN's, `own` is a folder of your
 * own clips.
 */
export const preparable = [
  'ntu60',
  'ntu120',
  'pkummd1',
  'pkummd2',
  'nw-ucla',
  'utd-mhad',
  'kinetics',
  'pyskl',
  'arrays',
  'own',
  'synthetic',
] as const;

/** A data set that {@link prepare} knows. */
export type PreparableName = (typeof preparable)[number];

/** What to prepare, from where, to where. */
export interface PrepareCommand {
  /** Which data set. */
  readonly name: PreparableName;
  /** The folders of the raw files; for the synthetic set, one to which they are written first, if any. */
  readonly raw?: readonly string[];
  /** The folder of the prepared set. */
  readonly out: string;
  /** The benchmarks to make; all of the data set unless given. */
  readonly benchmarks?: readonly string[];
  /** Worker threads; see `prepare` of `@halp/data`. */
  readonly workers?: number;
  /** Whether the first bad file ends it. */
  readonly strict?: boolean;
  /** A file of the names of NTU recordings to leave out, one a line; the official list unless given. */
  readonly missingList?: string;
  /** The folder of PKU-MMD's label files, if it is not among the raw ones. */
  readonly labels?: string;
  /** The folder of PKU-MMD's split files, if it is not among the raw ones. */
  readonly splits?: string;
  /** What PYSKL files or arrays are called once prepared. */
  readonly asName?: string;
  /** The layout of arrays; 'kinect-v2' unless given. */
  readonly layout?: LayoutName;
  /** How own clips are normalised. Default: 'upright'. */
  readonly normalisation?: Normalisation;
  /** What the three numbers of a joint of arrays are. */
  readonly channels?: Preparation['channels'];
  /** The number of the first class in PYSKL files or arrays; 0 unless given. */
  readonly labelsFrom?: number;
  /** The seed of the synthetic set; 0 unless given. */
  readonly seed?: number;
  /** Performers of the synthetic set, and takes by each of each action for each camera. */
  readonly size?: SyntheticSize;
  /** Stops between two clips; the next call goes on from there. */
  readonly signal?: AbortSignal;
}

/**
 * Prepares a data set for training and returns what its `dataset.json` says.
 *
 * @throws FormatError if a raw folder is not what it should be, or a raw file and `strict` is set.
 * @throws RangeError if `out` holds something else, `raw` is missing, there is no such benchmark, or an option changes nothing of that
 * data set.
 */
export async function prepare(command: PrepareCommand, output: Output): Promise<Manifest> {
  checkCall('prepare', command, {
    texts: ['out'],
    integers: { workers: 0, labelsFrom: 0, seed: 0 },
  });
  if (typeof (output as Partial<Output> | undefined)?.line !== 'function') {
    throw new TypeError(`prepare: expected an output with line and result, got ${gotText(output)}`);
  }
  expectOneOf('prepare', 'a data set', command.name, preparable);
  const { name, out, workers, strict, signal, normalisation } = command;
  if (normalisation !== undefined && name !== 'own' && name !== 'arrays') {
    throw new RangeError(
      `prepare ${name}: expected --normalisation for own clips and arrays only, got ${normalisation}; ` +
        'published sets have one normalisation',
    );
  }
  expectOwnOptions(command);
  await expectFolderPath('prepare', out);
  const { onProgress, stop } = stages(name, output);
  try {
    const plan = chosen(await planOf(command, output), command.benchmarks);
    const options = {
      ...{ out, onProgress },
      ...(workers === undefined ? {} : { workers }),
      ...(strict === undefined ? {} : { strict }),
      ...(signal === undefined ? {} : { signal }),
    };
    const prepared = await prepareData(plan, options);
    stop();
    for (const line of describe(prepared, out)) output.line(line);
    for (const line of postureLinesOf(prepared, name)) output.line(line);
    return prepared.manifest;
  } finally {
    stop();
  }
}

async function planOf(command: PrepareCommand, output: Output): Promise<Plan> {
  const { name, labels, splits, asName, layout, labelsFrom } = command;
  switch (name) {
    case 'ntu60':
    case 'ntu120': {
      const missing = await missingOf(command, output);
      return planNtu({ set: name, raw: rawOf(command), missing });
    }
    case 'pkummd1':
    case 'pkummd2':
      return planPku({
        raw: rawOf(command),
        phase: name === 'pkummd1' ? 1 : 2,
        ...(labels === undefined ? {} : { labels }),
        ...(splits === undefined ? {} : { splits }),
      });
    case 'nw-ucla':
      return planNwUcla({ raw: rawOf(command) });
    case 'utd-mhad':
      return planUtdMhad({ raw: rawOf(command) });
    case 'kinetics':
      return planKinetics({ raw: oneRawOf(command) });
    case 'pyskl':
      return planPyskl({
        raw: rawOf(command),
        ...(asName === undefined ? {} : { name: asName }),
        ...(labelsFrom === undefined ? {} : { labelsFrom }),
      });
    case 'arrays':
      return planArrays({
        raw: rawOf(command),
        name: asName ?? 'arrays',
        ...(layout === undefined ? {} : { layout }),
        ...(labelsFrom === undefined ? {} : { labelsFrom }),
        ...(command.normalisation === undefined ? {} : { normalisation: command.normalisation }),
        ...(command.channels === undefined ? {} : { channels: command.channels }),
      });
    case 'own':
      return planOwnClips({
        raw: oneRawOf(command),
        ...(command.normalisation === undefined ? {} : { normalisation: command.normalisation }),
      });
    case 'synthetic':
      return planOfSynthetic(command, output);
  }
}

async function planOfSynthetic(command: PrepareCommand, output: Output): Promise<Plan> {
  const { seed = 0, size = {}, signal } = command;
  if (command.raw === undefined) return planSynthetic({ ...size, seed });
  const raw = oneRawOf(command);
  const options = { ...size, seed, out: raw, ...(signal === undefined ? {} : { signal }) };
  const files = await writeSynthetic(options);
  output.line(`${raw}: ${files.length} .skeleton files`);
  return planSynthetic({ ...size, seed, raw });
}

function rawOf({ name, raw = [] }: PrepareCommand): readonly string[] {
  if (raw.length === 0) throw new RangeError(`prepare ${name}: expected --raw DIR, got none`);
  return raw;
}

function oneRawOf(command: PrepareCommand): string {
  const [folder, ...others] = rawOf(command);
  if (others.length > 0) {
    throw new RangeError(`prepare ${command.name}: expected one --raw, got ${others.length + 1}`);
  }
  return folder as string;
}

async function missingOf(
  { missingList }: PrepareCommand,
  output: Output,
): Promise<readonly string[]> {
  if (missingList === undefined) return ntuMissing;
  const { names, others } = parseNtuNameList(await readInput(missingList, 'a list of names'));
  const [first] = others;
  if (names.length === 0) {
    throw new RangeError(
      `prepare: expected names like S001C001P001R001A001 in ${missingList}, got ${first ?? 'none'}`,
    );
  }
  if (first !== undefined) {
    const lines = others.length === 1 ? '1 line that is' : `${others.length} lines that are`;
    output.line(
      `${missingList}: ${names.length} ${names.length === 1 ? 'name' : 'names'}; passed over ${lines} none, the first: ${first.slice(0, 80)}`,
    );
  }
  return names;
}

function chosen(plan: Plan, benchmarks: readonly string[] | undefined): Plan {
  if (benchmarks === undefined) return plan;
  const unknown = benchmarks.find((benchmark) => !plan.benchmarks.includes(benchmark));
  if (unknown !== undefined) {
    throw new RangeError(
      `prepare: expected a benchmark of ${plan.name} (${plan.benchmarks.join(', ')}), got ${unknown}`,
    );
  }
  return { ...plan, benchmarks: plan.benchmarks.filter((name) => benchmarks.includes(name)) };
}

function postureLinesOf({ manifest, posture }: Prepared, name: PreparableName): readonly string[] {
  if (posture === undefined) return [];
  const { normalisation } = manifest.preparation;
  return postureLines(posture, { normalisation, isChosen: name === 'own' });
}

const MOST_SKIPPED_LINES = 5;

function describe(
  { manifest, skipped, leftOut, empty, notes }: Prepared,
  out: string,
): readonly string[] {
  const splits = Object.entries(manifest.benchmarks).map(
    ([benchmark, { train, test }]) => `${benchmark} ${train.clips} train / ${test.clips} test`,
  );
  const incomplete = manifest.complete ? '' : '; the raw set is not complete';
  const more = skipped.length - MOST_SKIPPED_LINES;
  return [
    ...leftOut.map(({ files, reason }) => `left out: ${files} files, ${reason}`),
    ...(skipped.length === 0
      ? []
      : [`skipped: ${skipped.length} of the raw clips, as ${out}/skipped.json lists`]),
    ...skipped
      .slice(0, MOST_SKIPPED_LINES)
      .map(
        ({ file, clip, reason }) => `  ${file}${clip === undefined ? '' : ` ${clip}`}: ${reason}`,
      ),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(empty === 0 ? [] : [`${empty} ${empty === 1 ? 'clip holds' : 'clips hold'} nobody`]),
    ...notes.map((note) => `note: ${note}`),
    `${out}: ${manifest.name}, ${manifest.classes.length} classes, ${splits.join(', ')}${incomplete}`,
  ];
}

/** One bar for each stage that reports. */
function stages(
  name: string,
  output: Output,
): { onProgress: (progress: PrepareProgress) => void; stop: () => void } {
  let current: { stage: string; bar: Progress; started: number } | undefined;
  const stop = (): void => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    onProgress({ stage, done, total, resumed }) {
      if (current?.stage !== stage) {
        stop();
        if (resumed > 0) output.line(`${name}: going on after ${resumed} clips that were done`);
        const bar = showProgress(`${name}: ${stage}`, total, output, resumed);
        current = { stage, bar, started: performance.now() };
      }
      const seconds = (performance.now() - current.started) / 1000;
      // The first group says nothing about speed: it has only just been noticed.
      const rate = seconds > 0.5 ? `  ${Math.round((done - resumed) / seconds)} clips/s` : '';
      current.bar.update(done, `${done} of ${total} clips${rate}`);
    },
    stop,
  };
}
