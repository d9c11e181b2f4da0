import { selectBodies } from '../../clip/bodies.ts';
import type { Recording } from '../../clip/recording.ts';
import type { FakeFile, RecordingOf } from '../../record/record.ts';
import { pkuClasses } from './classes.ts';

/** Actions of a video. */
const ACTIONS = 17;

/** Skeleton texts of videos with several actions, label texts and split texts of part II: four clips of each class. */
export function* fakePku(recordingOf: RecordingOf): Generator<FakeFile, void, undefined> {
  const videos: string[] = [];
  for (const subject of [1, 2]) {
    for (const camera of [1, 2]) {
      for (let part = 0; part * ACTIONS < pkuClasses.length; part++) {
        const name = `A${two(part + 1)}N${two(subject)}-${'LMR'.charAt(camera - 1)}`;
        const lines: string[] = [];
        const marks: string[] = [];
        for (let i = 1; i <= ACTIONS; i++) {
          const action = part * ACTIONS + i;
          if (action > pkuClasses.length) break;
          const start = lines.length;
          lines.push(...linesOf(recordingOf({ setup: 1, camera, subject, action })));
          marks.push(`${action},${start},${lines.length},2`);
        }
        yield { path: `Skeleton_v2/${name}.txt`, text: lines.join('\n') };
        yield { path: `Label_PKUMMD_v2/${name}.txt`, text: `${marks.join('\n')}\n` };
        videos.push(name);
      }
    }
  }
  const splits = {
    'cross_subject_v2.txt': (name: string): boolean => name.includes('N01'),
    'cross_view_v2.txt': (name: string): boolean => name.endsWith('-M'),
  };
  for (const [file, trains] of Object.entries(splits)) {
    const train = videos.filter(trains).join(', ');
    const rest = videos.filter((name) => !trains(name)).join(', ');
    const text = `Training videos:\n${train}\nValidation videos:\n${rest}\n`;
    yield { path: `Split/${file}`, text };
  }
}

/** A line for each frame: x, y, z of the joints of the first person, then of the second. */
function linesOf(recording: Recording): string[] {
  const { data, shape } = selectBodies(recording, 2);
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

function two(number: number): string {
  return String(number).padStart(2, '0');
}
