import { inLayout, type Dataset, type Part } from '@halp/data';
import { openDataset, readManifest } from '@halp/data/node';
import type { Recipe } from '@halp/recipes';
import { layoutOf } from '@halp/skeleton';

/** The data set on which an encoder is evaluated: the one that it was trained on, or another. */
export interface EvaluationData {
  /** Its name. */
  readonly name: string;
  /** The split. */
  readonly benchmark: string;
  /** Whether it is another one than that of the recipe. */
  readonly isTransfer: boolean;
  /** One part of it, in the form that the encoder takes; the caller closes it. */
  readonly open: (part: Part) => Promise<Dataset>;
}

/**
 * The data set in a folder, in the form that the encoder of a recipe takes: joints mapped, persons added or left out.
 *
 * @param benchmark The split; the recipe's where the data set has it, else the only one, unless given.
 * @throws FormatError if there is no prepared data set.
 * @throws RangeError if it has no such split, or several and none is named; `open` throws one if its layout cannot be
 * mapped to the recipe's.
 */
export async function evaluationData(
  recipe: Recipe,
  data: string,
  benchmark?: string,
): Promise<EvaluationData> {
  const { name, benchmarks } = await readManifest(data);
  const split = splitOf(recipe, { name, splits: Object.keys(benchmarks) }, benchmark);
  const form = {
    layout: layoutOf(recipe.data.layout),
    persons: recipe.data.persons,
    axes: recipe.data.axes ?? 'upright',
  };
  return {
    name,
    benchmark: split,
    isTransfer: name !== recipe.data.name || split !== recipe.data.benchmark,
    async open(part) {
      const dataset = await openDataset(data, { benchmark: split, part });
      try {
        return inLayout(dataset, form);
      } catch (error) {
        await dataset.close();
        throw error;
      }
    },
  };
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
