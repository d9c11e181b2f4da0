import { Command } from 'commander';
import { type Recipe, recipes } from '@halp/recipes';
import { aligned } from '../terminal/aligned.ts';
import { common, type CommonOptions, guarded } from '../terminal/command-kit.ts';
import { recipeLines } from '../terminal/recipe-text.ts';

/** Creates the command `halp recipes`. */
export function recipesCommand(): Command {
  return common(new Command('recipes'))
    .description('List the recipes that halp pretrain knows by name, or all settings of one')
    .argument(
      '[text]',
      'A recipe, to print its settings, or part of the names to list (default: all)',
    )
    .action(async (text: string | undefined, flags: CommonOptions) => {
      await guarded(flags, async (output) => {
        const exact = recipes.find(({ name }) => name === text);
        if (exact !== undefined) {
          for (const line of recipeLines(exact)) output.line(line);
          output.result({ recipe: exact });
          return;
        }
        const found = recipes.filter(({ name }) => name.includes(text ?? '')).map(summaryOf);
        if (found.length === 0) {
          throw new RangeError(
            `expected part of a recipe's name, got '${text}'; halp recipes lists all`,
          );
        }
        const head = ['recipe', 'data', 'benchmark', 'stream', 'encoder', 'objective', 'epochs'];
        const rows = found.map((each) => Object.values(each).map(String));
        for (const line of aligned([head, ...rows])) output.line(line);
        output.result({ recipes: found });
      });
    });
}

function summaryOf({
  name,
  data,
  stream,
  encoder,
  objective,
  epochs,
}: Recipe): Readonly<Record<string, string | number>> {
  return {
    ...{ name, data: data.name, benchmark: data.benchmark, stream },
    ...{ encoder: encoder.kind, objective: objective.kind, epochs },
  };
}
