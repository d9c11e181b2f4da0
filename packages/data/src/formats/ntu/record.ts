import { FormatError } from '@halp/files';
import { readRegularFile } from '@halp/files/node';
import { selectBodies } from '../../clip/bodies.ts';
import { codeOf } from '../../disk/system-error.ts';
import { ntuPreparation } from '../../prepared/preparation.ts';
import type { DataSetRecord, RawFileKind, SetRecord } from '../../record/record.ts';
import { ntuBenchmarksOf, type NtuSetName, ntuSets } from './benchmarks.ts';
import { fakeNtu } from './fake.ts';
import { parseNtuNameList } from './name-list.ts';
import { planNtu, readNtu } from './plan.ts';
import { parseNtuSkeleton } from './skeleton-file.ts';

/** Options that only NTU RGB+D has. */
interface NtuOptions {
  readonly missingList?: string | undefined;
}

/** The maximum number of bodies in a raw clip: the candidates of preparation. */
const MAX_BODIES = 4;

const skeletonFile: RawFileKind = {
  ending: '.skeleton',
  format: 'NTU RGB+D skeleton',
  read(bytes, path) {
    const recording = parseNtuSkeleton(bytes, path);
    const most = recording.frames.reduce((count, bodies) => Math.max(count, bodies.length), 1);
    const clip = selectBodies(recording, Math.min(most, MAX_BODIES));
    return { layout: 'kinect-v2', preparation: ntuPreparation, clips: [{ clip, recording }] };
  },
};

/** NTU RGB+D and NTU RGB+D 120. */
export const ntu: DataSetRecord<NtuSetName, NtuOptions> = {
  reader: 'ntu',
  title: 'NTU',
  sets: { ntu60: setOf('ntu60'), ntu120: setOf('ntu120') },
  raw: 'several',
  options: {
    missingList: {
      kind: 'file',
      text: 'names of recordings to exclude (default: the official list)',
    },
  },
  async plan(set, { raw, missingList }) {
    if (missingList === undefined) return planNtu({ set, raw });
    const { names, notes } = await missingIn(missingList);
    return { ...(await planNtu({ set, raw, missing: names })), notes };
  },
  read: readNtu,
  files: [skeletonFile],
};

function setOf(set: NtuSetName): SetRecord {
  const { classes, published } = ntuSets[set];
  const counts = ntuBenchmarksOf(set).map((name) => [name, published(name)] as const);
  return {
    classes,
    benchmarks: Object.fromEntries(counts),
    fake: (recordingOf) => fakeNtu(set, recordingOf),
  };
}

/** The names in a file, and a note about its other lines. */
async function missingIn(
  path: string,
): Promise<{ readonly names: readonly string[]; readonly notes: readonly string[] }> {
  const { names, others } = parseNtuNameList(await listIn(path));
  const [first] = others;
  if (names.length === 0) {
    throw new RangeError(
      `prepare: expected names like S001C001P001R001A001 in ${path}, got ${first ?? 'none'}`,
    );
  }
  if (first === undefined) return { names, notes: [] };
  const lines = others.length === 1 ? '1 other line' : `${others.length} other lines`;
  const count = `${names.length} ${names.length === 1 ? 'name' : 'names'}`;
  return {
    names,
    notes: [`${path}: ${count}; skipped ${lines}, the first: ${first.slice(0, 80)}`],
  };
}

async function listIn(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path);
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) throw error;
    const got = code === 'EISDIR' ? 'a folder' : 'nothing at that path';
    throw new FormatError(path, `expected a list of names, got ${got}`);
  }
}
