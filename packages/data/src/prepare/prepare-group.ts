import type { Posture } from '../clip/posture.ts';
import type { ClipProblem, RawSource, ReadingPlan } from '../record/plan.ts';
import { prepareFile } from './prepare-file.ts';

/**
 * The result of one planned clip: its valid frames, its posture and whether it has no person; or a problem.
 */
export type ClipOutcome =
  | { readonly frames: number; readonly posture: Posture | undefined; readonly isEmpty: boolean }
  | ClipProblem;

/** The clips of a group of sources, as plain data from a worker thread. */
export interface GroupResult {
  /** One for each planned clip, in order. */
  readonly outcomes: readonly ClipOutcome[];
  /** The numbers of each clip without a problem, `[C, T, V, M]`; empty if only lengths are measured. */
  readonly rows: readonly Float32Array[];
}

/** The input of {@link prepareGroup}; plain data. */
export interface GroupTask {
  readonly sources: readonly RawSource[];
  readonly plan: ReadingPlan;
}

/** The clips of these sources, in order; only their lengths for a plan with frames 'longest'. */
export async function prepareGroup({ sources, plan }: GroupTask): Promise<GroupResult> {
  const outcomes: ClipOutcome[] = [];
  const rows: Float32Array[] = [];
  for (const source of sources) {
    for (const read of await prepareFile(source, plan)) {
      if ('problem' in read) {
        outcomes.push(read);
        continue;
      }
      // While lengths are measured, the length of the whole clip counts.
      const frames = plan.frames === 'longest' ? read.clip.shape[1] : read.frames;
      const isEmpty = read.clip.data.every((value) => value === 0);
      outcomes.push({ frames, posture: read.posture, isEmpty });
      if (plan.frames !== 'longest') rows.push(read.clip.data);
    }
  }
  return { outcomes, rows };
}
