import { BACKENDS, type BackendName } from '@halp/backend';
import { recipeNamed, recipes } from '@halp/recipes';
import { openRun } from '@halp/train/node';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { doctor } from './doctor.ts';
import { evaluate, type Protocol } from './evaluate.ts';
import { version } from './facts.ts';
import { processOutput, type Output } from './output.ts';
import { prepare, type PreparableName } from './prepare.ts';
import { pretrain } from './pretrain.ts';
import { reproduce } from './reproduce.ts';
import { startBackend } from './start-backend.ts';
import { loadTable } from './load-table.ts';
import { tableText, writeTableReport } from './table-report.ts';

interface CommonOptions {
  readonly backend?: BackendName;
  readonly json?: boolean;
}

/** The `halp` command with all its subcommands. */
export function createProgram(): Command {
  const program = new Command('halp')
    .description('Self-supervised learning from skeletons: HaLP and its field.')
    .version(version())
    .showHelpAfterError('(halp --help lists the commands)');
  const commands = [
    prepareCommand(),
    pretrainCommand(),
    evaluateCommand(),
    reproduceCommand(),
    doctorCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}

interface PrepareFlags extends CommonOptions {
  readonly raw?: string;
  readonly out: string;
  readonly seed: number;
  readonly performers?: number;
  readonly replications?: number;
}

function prepareCommand(): Command {
  return common(new Command('prepare'), 'none')
    .description('make a data set ready for training')
    .addArgument(new Argument('<dataset>', 'which one').choices(['nw-ucla', 'synthetic']))
    .option(
      '--raw <dir>',
      'folder of the raw files (synthetic: where to write them as .skeleton files)',
    )
    .requiredOption('--out <dir>', 'folder of the prepared set')
    .option('--seed <n>', 'seed of the synthetic set', wholeNumber, 0)
    .option('--performers <n>', 'performers of the synthetic set', positiveNumber)
    .option('--replications <n>', 'takes of each action by each of them', positiveNumber)
    .action(async (name: PreparableName, flags: PrepareFlags) => {
      await guarded(flags, async (output, signal) => {
        const { raw, out, seed, performers, replications } = flags;
        const size = {
          ...(performers === undefined ? {} : { performers }),
          ...(replications === undefined ? {} : { replications }),
        };
        const command = { name, out, seed, size, signal, ...(raw === undefined ? {} : { raw }) };
        output.result({ out, ...(await prepare(command, output)) });
      });
    });
}

interface PretrainFlags extends CommonOptions {
  readonly data: string;
  readonly out: string;
  readonly epochs?: number;
  readonly seed?: number;
  readonly knnEvery?: number;
  readonly resume?: boolean;
}

function pretrainCommand(): Command {
  return common(new Command('pretrain'), 'training')
    .description('train an encoder without labels')
    .addArgument(new Argument('<recipe>', 'what to train').choices(recipes.map(({ name }) => name)))
    .requiredOption('--data <dir>', 'folder of the prepared data set')
    .requiredOption('--out <run>', 'folder of the run')
    .option('--epochs <n>', 'epochs after which to stop (default: the recipe’s)', positiveNumber)
    .option('--seed <n>', 'names every random number of the run (default: 0)', wholeNumber)
    .option('--knn-every <n>', 'epochs between two kNN accuracies for the log', positiveNumber)
    .option('--resume', 'continue the run that is in --out')
    .action(async (name: string, flags: PretrainFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, epochs, knnEvery, resume = false } = flags;
        const seed = flags.seed ?? (resume ? (await openRun(out)).manifest.seed : 0);
        const { name: backend } = await startBackend(flags.backend, output);
        const options = { recipe: recipeNamed(name), data, out, seed, resume, signal };
        const run = await pretrain(
          {
            ...options,
            ...(epochs === undefined ? {} : { epochs }),
            ...(knnEvery === undefined ? {} : { knnEvery }),
          },
          output,
        );
        const last = run.log.at(-1);
        output.line(
          `${out}: ${last === undefined ? 0 : last.epoch + 1} epochs; next: halp evaluate knn --run ${out} --data ${data}`,
        );
        output.result({ run: out, recipe: name, seed, backend, ...last });
      });
    });
}

function evaluateCommand(): Command {
  return common(new Command('evaluate'), 'evaluation')
    .description('measure what the frozen encoder of a run is worth')
    .addArgument(new Argument('<protocol>', 'how').choices(['knn', 'linear']))
    .requiredOption('--run <run>', 'folder of the run')
    .requiredOption('--data <dir>', 'folder of the prepared data set')
    .option(
      '--epoch <n>',
      'epochs of training after which (default: the last checkpoint)',
      wholeNumber,
    )
    .action(
      async (
        protocol: Protocol,
        flags: CommonOptions & { run: string; data: string; epoch?: number },
      ) => {
        await guarded(flags, async (output) => {
          const { run, data, epoch } = flags;
          const { name: backend } = await startBackend(flags.backend, output);
          const options = {
            run,
            data,
            protocols: [protocol],
            ...(epoch === undefined ? {} : { epoch }),
          };
          const [evaluation] = await evaluate(options, output);
          output.result({
            [protocol]: evaluation?.accuracy,
            backend,
            seed: evaluation?.seed,
            run,
            epoch: evaluation?.epoch,
            recipe: evaluation?.recipe,
            selection: evaluation?.selection,
            settings: evaluation?.settings,
            counts: evaluation?.counts,
          });
        });
      },
    );
}

interface ReproduceFlags extends CommonOptions {
  readonly data: string;
  readonly out: string;
  readonly seeds?: readonly number[];
}

function reproduceCommand(): Command {
  return common(new Command('reproduce'), 'training')
    .description('train, evaluate and print a table; goes on where it was interrupted')
    .argument(
      '<table>',
      'a folder name under examples/, or the path of a module that exports `table`',
    )
    .requiredOption('--data <dir>', 'folder of the prepared data set')
    .requiredOption('--out <dir>', 'folder of the runs, the table and the report')
    .option('--seeds <list>', 'seeds, separated by commas (default: the table’s)', numberList)
    .action(async (name: string, flags: ReproduceFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, seeds } = flags;
        const table = await loadTable(name);
        const { name: backend } = await startBackend(flags.backend, output);
        const options = { data, out, signal, ...(seeds === undefined ? {} : { seeds }) };
        const measured = await reproduce(table, options, output);
        output.line(`\n${tableText(table, measured)}`);
        output.line(await writeTableReport(table, measured, out));
        output.result({ ...measured, backend });
      });
    });
}

function doctorCommand(): Command {
  return common(new Command('doctor'), 'measurement')
    .description('say what this machine computes with, how fast, and what would be faster')
    .action(async (flags: CommonOptions) => {
      await guarded(flags, async (output) => output.result(await doctor(flags.backend, output)));
    });
}

function common(
  command: Command,
  what: 'none' | 'training' | 'evaluation' | 'measurement',
): Command {
  command.option('--json', 'write the result as one JSON object on standard output');
  if (what !== 'none') {
    command.addOption(
      new Option('--backend <name>', `backend of the ${what} (default: the fastest that starts)`)
        .choices([...BACKENDS])
        .env('HALP_BACKEND'),
    );
  }
  return command;
}

/** Runs a command; an error becomes one line and exit status 1, an interrupt status 130. */
async function guarded(
  { json = false }: CommonOptions,
  work: (output: Output, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const output = processOutput(json);
  const controller = new AbortController();
  const interrupt = (): void => controller.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await work(output, controller.signal);
  } catch (error) {
    process.exitCode = controller.signal.aborted ? 130 : 1;
    output.line(
      controller.signal.aborted
        ? 'interrupted; what was saved is complete, and the same command (pretrain: with --resume) goes on from there'
        : `halp: ${messageOf(error)}`,
    );
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return process.env['HALP_DEBUG'] === undefined ? error.message : (error.stack ?? error.message);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number of at least 0');
  return Number(text);
}

function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number < 1) throw new InvalidArgumentError('expected a whole number of at least 1');
  return number;
}

function numberList(text: string): number[] {
  return text.split(',').map((part) => wholeNumber(part.trim()));
}
