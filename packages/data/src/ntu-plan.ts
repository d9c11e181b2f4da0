import { kinectV2 } from '@halp/skeleton';
import { FormatError } from '@halp/files';
import { selectBodies } from './bodies.ts';
import type { Part } from './manifest.ts';
import { normaliseClip } from './normalise.ts';
import { parseNtuName, type NtuName } from './ntu-name.ts';
import type { Plan, PlannedClip } from './prepared-writer.ts';
import type { Recording } from './recording.ts';

/** A recording that is named as NTU RGB+D names its files. */
export interface NamedRecording {
  readonly name: string;
  /** Where it is, for error messages. */
  readonly path: string;
  readonly load: () => Promise<Recording>;
}

/** What distinguishes one data set in NTU's form from another. */
export interface NtuKind extends Pick<Plan, 'name' | 'classes' | 'frames' | 'complete' | 'seed'> {
  /** For each benchmark, which clips train. */
  readonly trains: Readonly<Record<string, (name: NtuName) => boolean>>;
}

/**
 * How recordings in NTU's form become a prepared data set: the two bodies that move most, filled,
 * centred and rotated by `normaliseClip`.
 *
 * @throws FormatError if a name is not NTU's, or its action is none of the classes.
 */
export function planNtu(kind: NtuKind, recordings: readonly NamedRecording[]): Plan {
  const { trains, ...facts } = kind;
  return {
    ...facts,
    layout: kinectV2,
    persons: 2,
    normalisation:
      'gaps filled; centred on the spine in each frame, upright and facing the camera in the first',
    benchmarks: Object.keys(trains),
    clips: recordings.map((recording) => plannedClip(recording, kind)),
  };
}

function plannedClip(recording: NamedRecording, kind: NtuKind): PlannedClip {
  const { name, path } = recording;
  const facts = parseNtuName(name);
  if (facts === undefined || facts.action > kind.classes.length) {
    throw new FormatError(
      path,
      `expected a name like S001C001P001R001A001 with an action up to ${kind.classes.length}, got ${name}`,
    );
  }
  const { subject, camera, setup, action } = facts;
  const parts = Object.entries(kind.trains).map(([benchmark, train]): [string, Part] => [
    benchmark,
    train(facts) ? 'train' : 'test',
  ]);
  return {
    ...{ name, label: action - 1, subject, camera, setup },
    parts: Object.fromEntries(parts),
    read: async () => {
      const raw = selectBodies(await recording.load(), 2);
      const frames = raw.shape[1];
      if (frames > kind.frames) {
        throw new FormatError(path, `expected at most ${kind.frames} frames, got ${frames}`);
      }
      return { clip: normaliseClip(raw, kinectV2, { fillTo: kind.frames }), frames };
    },
  };
}
