import type { Dataset, Part } from '@halp/data';
import { openDataset, readManifest } from '@halp/data/node';
import { type ClipChanges, datasetForRecipe, type Recipe, type TrainedOn } from '@halp/recipes';

/** The data set on which an encoder is evaluated: the one that it was trained on, or another. */
export interface EvaluationPlace {
  /** Its name. */
  readonly name: string;
  /** The split. */
  readonly benchmark: string;
  /** Whether it is another one than that of the recipe. */
  readonly isTransfer: boolean;
}

/** The clips on which an encoder is evaluated. */
export interface EvaluationData extends EvaluationPlace {
  /** One part of it, in the form that the encoder takes; the caller closes it. */
  readonly open: (part: Part) => Promise<Dataset>;
  /**
   * What is changed for that. Where persons are left out, the clips of both parts that lose one are counted, once, which
   * reads every clip.
   */
  readonly changes: () => Promise<ClipChanges>;
}

/**
 * The data set in a folder, in the form that the encoder of a recipe takes: joints mapped, persons added or left out, axes
 * turned; see `datasetForRecipe` of `@halp/recipes`.
 *
 * @param trained - What the encoder was trained on; undefined where that is not known.
 * @param benchmark - The split; the recipe's where the data set has it, else the only one, unless given.
 * @throws FormatError if there is no prepared data set.
 * @throws RangeError if it has no such split, or several and none is named, or its clips cannot be brought into that form.
 */
export async function evaluationData(
  recipe: Recipe,
  trained: TrainedOn | undefined,
  data: string,
  benchmark?: string,
): Promise<EvaluationData> {
  const place = await evaluationPlace(recipe, data, benchmark);
  const split = place.benchmark;
  const opened = async (part: Part): Promise<ReturnType<typeof datasetForRecipe>> => {
    const dataset = await openDataset(data, { benchmark: split, part });
    try {
      return datasetForRecipe(recipe, dataset, trained);
    } catch (error) {
      await dataset.close();
      throw error;
    }
  };
  // Refused now, and not when a protocol asks for clips.
  await (await opened('test')).dataset.close();
  let changes: Promise<ClipChanges> | undefined;
  return {
    ...place,
    open: async (part) => (await opened(part)).dataset,
    changes: () => (changes ??= counted(recipe, data, split, opened)),
  };
}

/**
 * Which data set a folder holds and which split is taken, as {@link evaluationData} has them, before there is a run.
 *
 * @throws FormatError if there is no prepared data set.
 * @throws RangeError if it has no such split, or several and none is named.
 */
export async function evaluationPlace(
  recipe: Recipe,
  data: string,
  benchmark?: string,
): Promise<EvaluationPlace> {
  const { name, benchmarks } = await readManifest(data);
  const split = splitOf(recipe, { name, splits: Object.keys(benchmarks) }, benchmark);
  const isTransfer = name !== recipe.data.name || split !== recipe.data.benchmark;
  return { name, benchmark: split, isTransfer };
}

async function counted(
  { data: { persons } }: Recipe,
  data: string,
  benchmark: string,
  opened: (part: Part) => Promise<ReturnType<typeof datasetForRecipe>>,
): Promise<ClipChanges> {
  const { dataset, changes } = await opened('test');
  await dataset.close();
  if (changes.persons === undefined || changes.persons.from <= persons) return changes;
  let clipsCut = 0;
  for (const part of ['train', 'test'] as const) {
    const whole = await openDataset(data, { benchmark, part });
    try {
      for (let i = 0; i < whole.length; i++) clipsCut += await losesPerson(whole, i, persons);
    } finally {
      await whole.close();
    }
  }
  return { ...changes, persons: { ...changes.persons, clipsCut } };
}

/** 1 if a person of the clip stands beyond the slots, else 0. */
async function losesPerson(dataset: Dataset, index: number, persons: number): Promise<number> {
  const { clip } = await dataset.get(index);
  const M = clip.shape[3];
  return clip.data.some((value, i) => value !== 0 && i % M >= persons) ? 1 : 0;
}

function splitOf(
  recipe: Recipe,
  { name, splits }: { readonly name: string; readonly splits: readonly string[] },
  asked: string | undefined,
): string {
  const [only] = splits;
  const wanted = asked ?? (splits.length === 1 ? only : recipe.data.benchmark);
  if (wanted !== undefined && splits.includes(wanted)) return wanted;
  throw new RangeError(
    `expected one of the splits of ${name}, ${splits.join(', ')}, got '${wanted}'; choose with --benchmark`,
  );
}
