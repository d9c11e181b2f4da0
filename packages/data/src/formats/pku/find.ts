import { basename, join, relative } from 'node:path';
import { FormatError } from '@halp/files';
import { entriesOf, type RawFile, sortedByName } from '../../disk/list-raw-files.ts';

/** The files of PKU-MMD. */
export interface PlanPkuOptions {
  /** The folder, or folders, with the skeleton texts, with their subfolders. */
  readonly raw: string | readonly string[];
  /**
   * The folder with the label texts. Default: the folders in `raw` with "label" in their names.
   */
  readonly labels?: string | undefined;
  /** The folder with the split texts, such as cross_subject_v2.txt. Default: `raw`. */
  readonly splits?: string | undefined;
  /** The part of the data set: I, with videos such as 0002-L, or II, with videos such as A10N08-L. */
  readonly phase: 1 | 2;
}

/** The files of one part of PKU-MMD. */
export interface PkuFiles {
  /** The searched folders. */
  readonly folders: readonly string[];
  /** The skeleton texts, sorted by name. */
  readonly videos: readonly RawFile[];
  /** The label text of each video, by its name. */
  readonly labels: ReadonlyMap<string, string>;
  /** The split text of each available benchmark. */
  readonly splits: ReadonlyMap<PkuBenchmark, string>;
}

/** The benchmarks of PKU-MMD. */
export type PkuBenchmark = 'xsub' | 'xview';

const videoName = { 1: /^\d{4}-[LMR]$/i, 2: /^A\d\dN\d\d-[LMR]$/i } as const;
const splitName = {
  1: { xsub: /^cross[-_]subject(_v1)?$/, xview: /^cross[-_]view(_v1)?$/ },
  2: { xsub: /^cross[-_]subject_v2$/, xview: /^cross[-_]view_v2$/ },
} as const;

/**
 * The texts of one part of PKU-MMD, anywhere in the folders; texts with other names are ignored, also those of the other
 * part.
 *
 * @throws FormatError if a folder is missing, there is no video, no label text or no split, or two files have the same name.
 */
export async function findPkuFiles({
  raw,
  labels,
  splits,
  phase,
}: PlanPkuOptions & { readonly raw: readonly string[] }): Promise<PkuFiles> {
  const inRaw = (await Promise.all(raw.map((root) => textsIn(root, raw.length > 1)))).flat();
  const ofVideos = (files: readonly TextFile[]): readonly TextFile[] =>
    files
      .filter(({ name }) => videoName[phase].test(name))
      // Some copies have lower-case names.
      .map((file) => ({ ...file, name: file.name.toUpperCase() }));
  const named = ofVideos(inRaw);
  const videos = named.filter((file) => labels !== undefined || !file.isLabel);
  if (videos.length === 0) {
    const like = phase === 1 ? '0002-L.txt' : 'A10N08-L.txt';
    throw new FormatError(raw.join(' and '), `expected skeleton texts like ${like}, got none`);
  }
  const labelTexts =
    labels === undefined ? named.filter((file) => file.isLabel) : ofVideos(await textsIn(labels));
  if (labelTexts.length === 0) {
    const where = labels ?? raw.join(' and ');
    const advice = labels === undefined ? ' in a folder with "label" in its name' : '';
    throw new FormatError(where, `expected label texts${advice}, got none`);
  }
  const splitTexts = splits === undefined ? inRaw : await textsIn(splits);
  return {
    folders: [...raw, ...[labels, splits].filter((folder) => folder !== undefined)],
    videos: sortedByName(videos),
    labels: new Map(sortedByName(labelTexts).map(({ name, path }) => [name, path])),
    splits: splitsAmong(splitTexts, phase, splits ?? raw.join(' and ')),
  };
}

interface TextFile extends RawFile {
  /** Whether a folder on its path has "label" in its name. */
  readonly isLabel: boolean;
}

function splitsAmong(
  files: readonly TextFile[],
  phase: 1 | 2,
  where: string,
): ReadonlyMap<PkuBenchmark, string> {
  const splits = new Map<PkuBenchmark, string>();
  for (const benchmark of ['xsub', 'xview'] as const) {
    const [path, ...more] = files.filter(({ name }) => splitName[phase][benchmark].test(name));
    if (more[0] !== undefined) {
      throw new FormatError(more[0].path, `expected one split text of ${benchmark}, got two`);
    }
    if (path !== undefined) splits.set(benchmark, path.path);
  }
  if (splits.size === 0) {
    const names =
      phase === 1
        ? 'cross_subject.txt or cross_view.txt'
        : 'cross_subject_v2.txt or cross_view_v2.txt';
    throw new FormatError(where, `expected ${names}, got neither`);
  }
  return splits;
}

/** The texts in a folder. @param named - Whether the name of the folder itself also marks labels. */
async function textsIn(root: string, named = false): Promise<readonly TextFile[]> {
  const entries = await entriesOf(root);
  return entries
    .filter((entry) => /\.txt$/i.test(entry.name))
    .map((entry) => ({
      path: join(entry.parentPath, entry.name),
      name: entry.name.slice(0, -'.txt'.length),
      isLabel: /label/i.test(join(named ? basename(root) : '', relative(root, entry.parentPath))),
    }));
}
