import type { Dataset, Manifest, Part } from '@halp/data';
import { openDataset, readManifest } from '@halp/data/node';
import { type ClipChanges, datasetForRecipe, type Recipe, type TrainedOn } from '@halp/recipes';

/** The data set and benchmark on which an encoder is evaluated. */
export interface EvaluationPlace {
  /** The name of the data set. */
  readonly name: string;
  /** The benchmark, such as `xsub`. */
  readonly benchmark: string;
  /** Whether data set or benchmark differ from the recipe's. */
  readonly isTransfer: boolean;
}

/** The clips on which an encoder is evaluated. */
export interface EvaluationData extends EvaluationPlace {
  /** One part of the data set, converted to the encoder's input; the caller closes it. */
  readonly open: (part: Part) => Promise<Dataset>;
  /**
   * What the conversion changes. If it drops persons, the clips of both parts that lose one are counted; the first call
   * reads every clip for that.
   */
  readonly changes: () => Promise<ClipChanges>;
}

/**
 * The data set in a folder, converted to the input of a recipe's encoder: joints mapped, persons added or dropped, axes
 * swapped; see `datasetForRecipe` of `@halp/recipes`.
 *
 * @param trained - The data that the encoder was trained on; undefined if unknown.
 * @param benchmark - The benchmark. Default: the recipe's if the data set has it, else its only one.
 * @throws FormatError if the folder is no prepared data set.
 * @throws RangeError if it has no such benchmark, or several and none is given, or its clips cannot be converted.
 */
export async function evaluationData(
  recipe: Recipe,
  trained: TrainedOn | undefined,
  data: string,
  benchmark?: string,
): Promise<EvaluationData> {
  const place = await evaluationPlace(recipe, data, benchmark);
  const chosen = place.benchmark;
  const opened = async (part: Part): Promise<ReturnType<typeof datasetForRecipe>> => {
    const dataset = await openDataset(data, { benchmark: chosen, part });
    try {
      return datasetForRecipe(recipe, dataset, trained);
    } catch (error) {
      await dataset.close();
      throw error;
    }
  };
  // Errors of the conversion are thrown here rather than by the first protocol.
  await (await opened('test')).dataset.close();
  let changes: Promise<ClipChanges> | undefined;
  return {
    ...place,
    open: async (part) => (await opened(part)).dataset,
    changes: () => (changes ??= counted(recipe, data, chosen, opened)),
  };
}

/**
 * The data set in a folder and the benchmark that is evaluated, chosen as in {@link evaluationData}.
 *
 * @throws FormatError if the folder is no prepared data set.
 * @throws RangeError if it has no such benchmark, or several and none is given.
 */
export async function evaluationPlace(
  recipe: Recipe,
  data: string,
  benchmark?: string,
): Promise<EvaluationPlace> {
  const { name, benchmarks } = await readManifest(data);
  const chosen = benchmarkOf(recipe, data, { name, benchmarks }, benchmark);
  const isTransfer = name !== recipe.data.name || chosen !== recipe.data.benchmark;
  return { name, benchmark: chosen, isTransfer };
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

/** 1 if the clip has a person at an index of `persons` or above, else 0. */
async function losesPerson(dataset: Dataset, index: number, persons: number): Promise<number> {
  const { clip } = await dataset.get(index);
  const M = clip.shape[3];
  return clip.data.some((value, i) => value !== 0 && i % M >= persons) ? 1 : 0;
}

function benchmarkOf(
  recipe: Recipe,
  data: string,
  { name, benchmarks }: Pick<Manifest, 'name' | 'benchmarks'>,
  asked: string | undefined,
): string {
  const all = Object.keys(benchmarks);
  const { benchmark } = recipe.data;
  const own = all.filter((each) => benchmarks[each]?.split === undefined);
  const usual = own.length === 1 && !all.includes(benchmark) ? own[0] : benchmark;
  const wanted = asked ?? usual;
  if (wanted !== undefined && all.includes(wanted)) return wanted;
  throw new RangeError(
    `${data}: expected a benchmark of ${name} (${all.join(', ')}), got '${wanted}'; choose one with option benchmark`,
  );
}
