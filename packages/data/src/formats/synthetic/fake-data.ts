import { expectInteger, expectOptions, expectText, gotText } from '@halp/random/check';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@halp/random';
import { selectBodies } from '../../clip/bodies.ts';
import { formatNtuName, type NtuName } from '../ntu/name.ts';
import { ntuSets } from '../ntu/benchmarks.ts';
import { formatNtuSkeleton } from '../ntu/skeleton-file.ts';
import { pkuClasses } from '../pku/classes.ts';
import { requireEmpty } from '../../disk/require-empty.ts';
import { syntheticClasses, syntheticRecording } from './recording.ts';

/** The benchmarks that {@link writeStandIn} can stand in for. */
export const standIns = ['ntu60', 'ntu120', 'pkummd2'] as const;

/** A benchmark that {@link writeStandIn} can stand in for. */
export type StandInName = (typeof standIns)[number];

/** How {@link writeStandIn} is done. */
export interface StandInOptions {
  /** A new or empty folder. */
  readonly out: string;
  /** Which made-up clips; 0 unless given. */
  readonly seed?: number;
  /** Ends the writing between two files. */
  readonly signal?: AbortSignal;
}

/**
 * Writes made-up recordings in the raw format of a benchmark: every class, both parts of every split, four clips of a
 * class. For trying on small files what is to be done with the real ones.
 *
 * NTU RGB+D: `.skeleton` files of performers 1 (trains) and 3, cameras 1 and 2, an odd and an even setup. PKU-MMD II: a
 * skeleton text for each video of several actions, label texts, split texts. Only {@link syntheticClasses} are
 * different movements: class a has that of a modulo their number, so that no accuracy on these files means anything.
 *
 * @returns How many files were written.
 * @throws RangeError if there is something in the folder.
 */
export async function writeStandIn(name: StandInName, options: StandInOptions): Promise<number> {
  if (!standIns.includes(name)) {
    throw new RangeError(
      `writeStandIn: expected a name among ${standIns.join(', ')}, got ${gotText(name)}`,
    );
  }
  expectOptions('writeStandIn', options);
  expectText('writeStandIn', 'out to be a path', options.out);
  if (options.seed !== undefined)
    expectInteger('writeStandIn', 'seed', options.seed, Number.MIN_SAFE_INTEGER);
  await requireEmpty('writeStandIn', options.out);
  return name === 'pkummd2' ? writePku(options) : writeNtu(name, options);
}

async function writeNtu(
  name: 'ntu60' | 'ntu120',
  { out, seed = 0, signal }: StandInOptions,
): Promise<number> {
  const rng = createRandom(seed);
  await mkdir(out, { recursive: true });
  const { classes } = ntuSets[name];
  let files = 0;
  for (let action = 1; action <= classes.length; action++) {
    // NTU RGB+D 120 has classes 61 to 120 in setups 18 to 32.
    const first = action <= 60 ? 1 : 18;
    for (const [subject, camera] of [
      [1, 1],
      [1, 2],
      [3, 1],
      [3, 2],
    ] as const) {
      signal?.throwIfAborted();
      const file: NtuName = { setup: first + camera - 1, camera, subject, replication: 1, action };
      const text = formatNtuSkeleton(syntheticRecording(withMovement(file), rng));
      await writeFile(join(out, `${formatNtuName(file)}.skeleton`), text);
      files += 1;
    }
  }
  return files;
}

/** Actions of a video. */
const ACTIONS = 17;

async function writePku({ out, seed = 0, signal }: StandInOptions): Promise<number> {
  const rng = createRandom(seed);
  const folders = ['Skeleton_v2', 'Label_PKUMMD_v2', 'Split'].map((folder) => join(out, folder));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const [skeletons, labels, splits] = folders as [string, string, string];
  const videos: string[] = [];
  for (const performer of [1, 2]) {
    for (const camera of [1, 2]) {
      for (let part = 0; part * ACTIONS < pkuClasses.length; part++) {
        signal?.throwIfAborted();
        const name = `A${two(part + 1)}N${two(performer)}-${'LMR'.charAt(camera - 1)}`;
        const actions = Array.from({ length: ACTIONS }, (_, i) => part * ACTIONS + i + 1);
        const own = actions.filter((action) => action <= pkuClasses.length);
        const clips = own.map((action) =>
          syntheticRecording(
            withMovement({ setup: 1, camera, subject: performer, replication: 1, action }),
            rng,
          ),
        );
        const lines: string[] = [];
        const marks: string[] = [];
        clips.forEach((clip, i) => {
          const start = lines.length;
          lines.push(...pkuLines(selectBodies(clip, 2)));
          marks.push(`${own[i]},${start},${lines.length},2`);
        });
        await writeFile(join(skeletons, `${name}.txt`), lines.join('\n'));
        await writeFile(join(labels, `${name}.txt`), `${marks.join('\n')}\n`);
        videos.push(name);
      }
    }
  }
  const lists = {
    'cross_subject_v2.txt': (name: string): boolean => name.includes('N01'),
    'cross_view_v2.txt': (name: string): boolean => name.endsWith('-M'),
  };
  for (const [file, trains] of Object.entries(lists)) {
    const train = videos.filter(trains);
    const rest = videos.filter((name) => !trains(name));
    const text = `Training videos:\n${train.join(', ')}\nValidation videos:\n${rest.join(', ')}\n`;
    await writeFile(join(splits, file), text);
  }
  return 2 * videos.length + 2;
}

/** A line for each frame: x, y, z of the joints of one person, then of the other. */
function pkuLines({ data, shape }: ReturnType<typeof selectBodies>): string[] {
  const [, T, V, M] = shape;
  return Array.from({ length: T }, (_, t) => {
    const numbers: string[] = [];
    for (let m = 0; m < M; m++) {
      for (let v = 0; v < V; v++) {
        for (let c = 0; c < 3; c++) {
          numbers.push((data[((c * T + t) * V + v) * M + m] as number).toFixed(6));
        }
      }
    }
    return numbers.join(' ');
  });
}

/** The name with the action whose movement stands in. */
function withMovement(name: NtuName): NtuName {
  return { ...name, action: ((name.action - 1) % syntheticClasses.length) + 1 };
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
