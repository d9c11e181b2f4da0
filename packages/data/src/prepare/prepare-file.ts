import { existsSync } from 'node:fs';
import { FormatError } from '@halp/files';
import { layoutOf } from '@halp/skeleton';
import { allFinite } from '../clip/finite.ts';
import { withFrames } from '../clip/with-frames.ts';
import { codeOf } from '../disk/system-error.ts';
import { recordOfReader } from '../formats/records.ts';
import { clipProblem } from '../record/clip-problem.ts';
import type { ClipProblem, PreparedClip, RawSource, ReadingPlan } from '../record/plan.ts';

/**
 * The clips of one raw file as stored: padded with zeros to the plan's frames, unless these are 'longest'.
 *
 * A file that its reader refuses, or that cannot be opened, gives one problem for each of its clips.
 *
 * @throws Error for other errors of the file system, and if the file has vanished.
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
    // It existed when the plan was made: an unmounted disk should not result in half a set.
    if (record.isGenerated !== true && !existsSync(source.path)) {
      throw new Error(
        `prepare: expected ${source.path} as when the preparation began, got nothing at that path; ` +
          'restore it and prepare again, which resumes here',
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

/** The clip, checked and padded with zero frames to the plan's: `[C, frames, V, M]`. */
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
    : { ...prepared, clip: withFrames(clip, plan.frames) };
}
