import { existsSync } from 'node:fs';
import { FormatError } from '@halp/files';
import { type Clip, createClip, layoutOf } from '@halp/skeleton';
import { allFinite } from '../clip/finite.ts';
import { codeOf } from '../disk/system-error.ts';
import { recordOfReader } from '../formats/records.ts';
import { clipProblem } from '../record/clip-problem.ts';
import type { ClipProblem, PreparedClip, RawSource, ReadingPlan } from '../record/plan.ts';

/**
 * The clips of one raw file, as they are stored: padded with zeros to the plan's frames, unless these
 * are 'longest'.
 *
 * A file that is refused, or that may not be read, gives one problem for each of its clips.
 *
 * @throws Error whatever else the file system reports: then it is not the file that is wrong.
 */
export async function prepareFile(
  source: RawSource,
  plan: ReadingPlan,
): Promise<readonly (PreparedClip | ClipProblem)[]> {
  const record = recordOfReader('prepare', plan.reader);
  try {
    const clips = await record.read(source, plan);
    return clips.map((clip) => ('problem' in clip ? clip : stored(clip, plan)));
  } catch (error) {
    const unreadable = ['EACCES', 'EPERM', 'EISDIR', 'ENOENT'].includes(codeOf(error) ?? '');
    if (!(error instanceof FormatError || unreadable)) throw error;
    // The plan saw it. A disk that was unmounted must not leave a set without the second half.
    if (record.isMadeUp !== true && !existsSync(source.path)) {
      throw new Error(
        `${source.path}: has vanished since the preparation began; bring it back and prepare again, ` +
          'which goes on from here',
        { cause: error },
      );
    }
    const problem =
      error instanceof FormatError
        ? clipProblem(error, source.path)
        : { problem: (error as Error).message };
    return source.clips.map(() => problem);
  }
}

/** The clip with zero frames after its own, `[C, frames, V, M]`. */
function stored(prepared: PreparedClip, plan: ReadingPlan): PreparedClip | ClipProblem {
  const { clip, frames } = prepared;
  const [C, T, V, M] = clip.shape;
  const joints = layoutOf(plan.layout).joints.length;
  const most = plan.frames === 'longest' ? Infinity : plan.frames;
  if (T > most) return { problem: `expected at most ${most} frames, got ${T}` };
  if (C !== 3 || V !== joints || M !== plan.persons || frames < 1 || frames > T) {
    throw new RangeError(
      `prepare: expected [3, T, ${joints}, ${plan.persons}] with 1 to T frames, got [${clip.shape.join(', ')}] with ${frames}`,
    );
  }
  if (!allFinite(clip.data)) {
    return { problem: 'expected finite coordinates after normalisation, got NaN or infinity' };
  }
  return plan.frames === 'longest' || T === plan.frames
    ? prepared
    : { ...prepared, clip: padded(clip, plan.frames) };
}

function padded(clip: Clip, frames: number): Clip {
  const [C, T, V, M] = clip.shape;
  const out = createClip([C, frames, V, M]);
  const points = V * M;
  for (let c = 0; c < C; c++) {
    out.data.set(clip.data.subarray(c * T * points, (c + 1) * T * points), c * frames * points);
  }
  return out;
}
