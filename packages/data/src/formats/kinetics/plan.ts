import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { openpose18 } from '@halp/skeleton';
import { listRawFiles, requireRawFolder } from '../../disk/list-raw-files.ts';
import { pathList } from '../../disk/path-list.ts';
import { readWhole } from '../../disk/read-whole.ts';
import type { Part } from '../../prepared/manifest.ts';
import { kineticsPreparation } from '../../prepared/preparation.ts';
import { preparedClip } from '../../prepared/prepared-clip.ts';
import {
  byClipName,
  type ClipProblem,
  type Plan,
  type PreparedClip,
  type RawSource,
  type SkippedFile,
} from '../../record/plan.ts';
import { kindOf } from '../../text/json.ts';
import { parseKinetics } from './clip-file.ts';
import { parseKineticsLabels } from './labels.ts';

/** The files of Kinetics-skeleton. */
export interface PlanKineticsOptions {
  /**
   * The folder with the folders kinetics_train and kinetics_val, and the files kinetics_train_label.json and
   * kinetics_val_label.json; or its parent, if it is named kinetics-skeleton.
   */
  readonly raw: string;
}

const partOfFolder: Readonly<Record<Part, string>> = {
  train: 'kinetics_train',
  test: 'kinetics_val',
};

const optionNames: OptionNames<PlanKineticsOptions> = {
  raw: true,
};

/**
 * The plan of Kinetics-skeleton as published by ST-GCN: benchmark `split` with kinetics_train for training and kinetics_val
 * for testing; two persons, 300 frames; x, y and score instead of x, y, z.
 *
 * Lists the files and reads both label files. A clip with a missing or invalid label is a problem of the plan. Clips without
 * a skeleton, according to their label file, are excluded as in ST-GCN's feeder. A class without a name in both label files
 * is named after its number.
 *
 * @throws FormatError if a folder or label file is missing or invalid, or two files have the same name.
 */
export async function planKinetics(options: PlanKineticsOptions): Promise<Plan> {
  const { raw } = expectOptions(
    'planKinetics',
    options,
    optionNames,
    'the folders of the raw data',
  );
  pathList('planKinetics', raw);
  const folder = await folderIn(raw);
  const classes = new Map<number, string>();
  const sources: RawSource[] = [];
  const problems: SkippedFile[] = [];
  let empty = 0;
  for (const part of ['train', 'test'] as const) {
    const labelPath = join(folder, `${partOfFolder[part]}_label.json`);
    const wrong = new Map<string, string>();
    const labels = parseKineticsLabels(await readWhole(labelPath), labelPath, (name, error) => {
      wrong.set(name, error.message);
    });
    for (const [clip, { label, name }] of labels) {
      const known = classes.get(label) ?? name;
      if (known === name) classes.set(label, name);
      else {
        const reason = `expected class ${label} to be ${JSON.stringify(known)}, got ${kindOf(name)}`;
        wrong.set(clip, `${labelPath}: ${JSON.stringify(clip)}: ${reason}`);
      }
    }
    for (const { name, path } of await listRawFiles([join(folder, partOfFolder[part])], '.json')) {
      const found = labels.get(name);
      const reason = wrong.get(name);
      if (reason !== undefined) problems.push({ file: path, reason });
      else if (found === undefined) {
        problems.push({
          file: path,
          reason: `expected an entry ${name} in ${labelPath}, got none`,
        });
      } else if (!found.hasSkeleton) empty++;
      else sources.push({ path, clips: [{ name, label: found.label, parts: { split: part } }] });
    }
  }
  return {
    name: 'kinetics',
    reader: 'kinetics',
    layout: openpose18.name,
    classes: Array.from({ length: 1 + Math.max(0, ...classes.keys()) }, (_, label) =>
      String(classes.get(label) ?? `class ${label}`),
    ),
    persons: 2,
    frames: 300,
    preparation: kineticsPreparation,
    benchmarks: ['split'],
    sources: byClipName(sources),
    raw: [raw],
    problems,
    excluded: empty === 0 ? [] : [{ reason: 'without a skeleton', files: empty }],
  };
}

/** The folder with the label files: this one, or kinetics-skeleton in it. */
async function folderIn(raw: string): Promise<string> {
  const names = await requireRawFolder(raw, readdir(raw));
  const isHere = names.includes('kinetics_train') || !names.includes('kinetics-skeleton');
  return isHere ? raw : join(raw, 'kinetics-skeleton');
}

/**
 * The clip of one file of Kinetics-skeleton, see `parseKinetics`.
 *
 * @throws FormatError if the file is missing or invalid, or its label differs from the label file.
 */
export async function readKinetics(
  { path, clips }: RawSource,
  { preparation }: Pick<Plan, 'preparation'>,
): Promise<readonly (PreparedClip | ClipProblem)[]> {
  const { clip: raw, label } = parseKinetics(await readWhole(path), path);
  const clip = preparedClip(raw, openpose18, preparation);
  return clips.map((planned) =>
    planned.label === label
      ? { clip, frames: clip.shape[1] }
      : { problem: `expected label_index ${planned.label}, got ${label}` },
  );
}
