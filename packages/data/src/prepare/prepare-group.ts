import type { Posture } from '../clip/posture.ts';
import type { ClipProblem, RawSource, ReadingPlan } from '../record/plan.ts';
import { prepareFile } from './prepare-file.ts';

/**
 * What became of one planned clip: the frames that are valid in the next rows of the data, how the person stands and
 * whether nobody is there, or a problem.
 */
export type ClipOutcome =
  | { readonly frames: number; readonly posture: Posture | undefined; readonly isEmpty: boolean }
  | ClipProblem;

/** The clips of some sources, as they travel from the thread that reads them. */
export interface GroupResult {
  /** One for each planned clip, in order. */
  readonly outcomes: readonly ClipOutcome[];
  /** The numbers of each clip that has no problem, `[C, T, V, M]`; none where only lengths were asked for. */
  readonly rows: readonly Float32Array[];
}

/** A piece of work for {@link prepareGroup}; plain data. */
export interface GroupTask {
  readonly sources: readonly RawSource[];
  readonly plan: ReadingPlan;
}

/** The clips of these sources, in order; of a plan with frames 'longest', their lengths alone. */
export async function prepareGroup({ sources, plan }: GroupTask): Promise<GroupResult> {
  const outcomes: ClipOutcome[] = [];
  const rows: Float32Array[] = [];
  for (const source of sources) {
    for (const read of await prepareFile(source, plan)) {
      if ('problem' in read) {
        outcomes.push(read);
        continue;
      }
      // Of a clip that is to be padded later, the length of the whole clip is what matters.
      const frames = plan.frames === 'longest' ? read.clip.shape[1] : read.frames;
      const isEmpty = read.clip.data.every((value) => value === 0);
      outcomes.push({ frames, posture: read.posture, isEmpty });
      if (plan.frames !== 'longest') rows.push(read.clip.data);
    }
  }
  return { outcomes, rows };
}
