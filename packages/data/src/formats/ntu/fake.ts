import type { FakeFile, FakeTake, RecordingOf } from '../../record/record.ts';
import { type NtuSetName, ntuSets } from './benchmarks.ts';
import { formatNtuName } from './name.ts';
import { formatNtuSkeleton } from './skeleton-file.ts';

/** `.skeleton` files of performers 1 (training) and 3, cameras 1 and 2, an odd and an even setup: four of each class. */
export function* fakeNtu(
  name: NtuSetName,
  recordingOf: RecordingOf,
): Generator<FakeFile, void, undefined> {
  for (let action = 1; action <= ntuSets[name].classes.length; action++) {
    // NTU RGB+D 120 has classes 61 to 120 in setups 18 to 32.
    const first = action <= 60 ? 1 : 18;
    for (const subject of [1, 3]) {
      for (const camera of [1, 2]) {
        const take: FakeTake = { setup: first + camera - 1, camera, subject, action };
        const file = formatNtuName({ ...take, replication: 1 });
        yield { path: `${file}.skeleton`, text: formatNtuSkeleton(recordingOf(take)) };
      }
    }
  }
}
