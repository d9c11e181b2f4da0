import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '@halp/data';
import { formatNpy } from '@halp/files';
import { createNpyWriter } from '@halp/files/node';
import { createRandom } from '@halp/random';
import { type LayoutName, layoutOf } from '@halp/skeleton';

/** The size of a prepared data set of noise. */
export interface PreparedSet {
  readonly layout: LayoutName;
  readonly persons: number;
  /** T, the number of frames to which clips are padded. */
  readonly longest: number;
  /** The number of valid frames of each clip. */
  readonly frames: readonly number[];
  /** A damaged clip: NaN at frame 0, joint 5, person 0, channel 2. */
  readonly bad?: number;
}

/** Writes a prepared data set of one benchmark, 'xsub', with a part 'train', into an empty folder. */
export async function writePreparedSet(dir: string, set: PreparedSet): Promise<void> {
  const { layout, persons, longest, frames, bad } = set;
  const clips = frames.length;
  const points = layoutOf(layout).joints.length * persons;
  const shape = [3, longest, layoutOf(layout).joints.length, persons];
  const path = (file: string): string => join(dir, 'xsub', `train_${file}`);
  await mkdir(join(dir, 'xsub'), { recursive: true });
  const rng = createRandom(0);
  const noise = Float32Array.from({ length: longest * points + clips }, () => rng.normal());
  const data = await createNpyWriter(path('data_joint.npy'), {
    ...{ dtype: 'float32', shape: [clips, ...shape] },
  });
  for (const [index, valid] of frames.entries()) {
    const clip = new Float32Array(3 * longest * points);
    for (let c = 0; c < 3; c++) {
      clip.set(noise.subarray(index, index + valid * points), c * longest * points);
    }
    if (index === bad) clip[2 * longest * points + 5 * persons] = NaN;
    await data.append({ dtype: 'float32', shape: [1, ...shape], data: clip });
  }
  await data.finish();
  const integers = (values: readonly number[]): Uint8Array =>
    formatNpy({ dtype: 'int32', shape: [clips], data: Int32Array.from(values) });
  await writeFile(path('num_frame.npy'), integers(frames));
  await writeFile(path('label.npy'), integers(frames.map((_, index) => index % 3)));
  const name = frames.map((_, index) => `clip-${index}`);
  await writeFile(path('name.json'), JSON.stringify({ name }));
  await writeFile(join(dir, 'dataset.json'), JSON.stringify(manifestOf(set)));
}

function manifestOf({ layout, persons, longest, frames }: PreparedSet): Manifest {
  const hash = '0'.repeat(64);
  const part = {
    clips: frames.length,
    clipsPerClass: [0, 1, 2].map(
      (label) => frames.filter((_, index) => index % 3 === label).length,
    ),
    sha256: { data: hash, frames: hash, labels: hash, names: hash },
  };
  return {
    ...{ format: 'halp-dataset/2', name: 'noise', layout, classes: ['a', 'b', 'c'] },
    ...{ persons, frames: longest, complete: false, tool: 'test' },
    preparation: {
      ...{ channels: 'xyz', up: 'z', unit: 'metre', normalisation: 'upright' },
      ...{ emptyFrames: 'kept', bodies: 'position' },
    },
    benchmarks: { xsub: { train: part, test: part } },
  };
}
