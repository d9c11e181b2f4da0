import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { expectFilePath, writeOut } from '@halp/runs/check';
import { completeSweepRun, readSweep, runSweep, type Sweep } from '@halp/runs/node';
import { kubernetesJob, runCommand, shellLine, slurmScript } from '../sweep/scripts.ts';
import { announceBackend } from '../terminal/announce-backend.ts';
import { common, type CommonOptions, guarded, positiveNumber } from '../terminal/command-kit.ts';
import type { ListeningOutput } from '../terminal/listen.ts';

interface SweepFlags extends CommonOptions {
  readonly list?: boolean;
  readonly run?: string;
  readonly local?: number;
  readonly slurm?: string;
  readonly kubernetes?: string;
  readonly gpu?: readonly string[] | true;
  readonly image: string;
  readonly claim: string;
}

/** Creates the command `halp sweep`. */
export function sweepCommand(): Command {
  const ways = ['list', 'run', 'local', 'slurm', 'kubernetes'];
  const way = (flags: string, words: string): Option => {
    const option = new Option(flags, words);
    return option.conflicts(ways.filter((name) => name !== option.attributeName()));
  };
  return common(new Command('sweep'), ['backend'])
    .description('Train and evaluate recipes × values × seeds: locally, on Slurm or on Kubernetes')
    .argument('<plan>', 'JSON file with data, out, recipes, seeds, and the values to vary')
    .addOption(way('--list', 'Print the command of each run on standard output (default)'))
    .addOption(way('--run <name>', 'Train and evaluate one run, or resume it'))
    .addOption(
      way('--local <n>', 'Complete all runs on this machine, n processes at a time').argParser(
        positiveNumber,
      ),
    )
    .addOption(way('--slurm <file>', 'Write the script of a Slurm array job'))
    .addOption(way('--kubernetes <file>', 'Write an indexed Kubernetes Job as JSON'))
    .option(
      '--gpu [list]',
      'One GPU for each run; with --local, the GPUs to use, such as 0,1,2',
      (text: string) => text.split(','),
    )
    .option('--image <image>', '--kubernetes: container image', 'halp')
    .option(
      '--claim <name>',
      '--kubernetes: claim of the persistent volume with plan, data and runs',
      'halp',
    )
    .action(async (path: string, flags: SweepFlags) => {
      await guarded(flags, async (output, signal) => {
        await sweepOneWay(await readSweep(path), flags, output, signal);
      });
    });
}

async function sweepOneWay(
  sweep: Sweep,
  flags: SweepFlags,
  output: ListeningOutput,
  signal: AbortSignal,
): Promise<void> {
  const { run, local, slurm, kubernetes, image, claim } = flags;
  const { backend, precision, json = false, gpu } = flags;
  const command = {
    program: ownProgram(),
    extra: [
      ...(backend === undefined ? [] : ['--backend', backend]),
      ...(precision === undefined ? [] : ['--precision', precision]),
    ],
    gpu: gpu !== undefined,
  };
  const { name, out } = sweep;
  const file = slurm ?? kubernetes;
  if (file !== undefined) await expectFilePath('sweep', file);
  const runs = sweep.runs.map((each) => each.name);
  if (run !== undefined) {
    const started = await announceBackend(backend, output);
    const folder = await completeSweepRun(sweep, run, { onEvent: output.onEvent, signal });
    output.line(`${folder.path}: complete`);
    output.result({
      run: folder.path,
      backend: started.name,
      precision: started.precision,
      ...folder.log.at(-1),
    });
  } else if (local !== undefined) {
    const gpus = gpu === true ? undefined : gpu;
    await runSweep(sweep, {
      ...{ processes: local, gpus, signal, kill: secondInterrupt(signal), onEvent: output.onEvent },
      command: (each) => runCommand(sweep, each.name, command),
    });
    output.stop();
    output.line(`${runs.length} runs complete; next: halp runs ${out}, halp report ${out}`);
    output.result({ sweep: name, out, runs });
  } else if (slurm !== undefined) {
    await writeOut(slurm, slurmScript(sweep, command));
    output.line(`${slurm}: ${runs.length} runs; next: mkdir -p ${out} && sbatch ${slurm}`);
    output.result({ sweep: name, out, runs, file: slurm });
  } else if (kubernetes !== undefined) {
    const job = kubernetesJob(sweep, { ...command, program: ['halp'], image, claim });
    await writeOut(kubernetes, job);
    output.line(`${kubernetes}: ${runs.length} runs; next: kubectl apply -f ${kubernetes}`);
    output.result({ sweep: name, out, runs, file: kubernetes });
  } else {
    const commands = runs.map((each) => runCommand(sweep, each, command));
    // To be piped into a scheduler, so on standard output.
    if (!json) process.stdout.write(commands.map((words) => `${shellLine(words)}\n`).join(''));
    output.result({ sweep: name, out, runs, commands });
  }
}

/** A signal that aborts at an interrupt of this process after `first` has aborted. */
function secondInterrupt(first: AbortSignal): AbortSignal {
  const second = new AbortController();
  first.addEventListener('abort', () => process.once('SIGINT', () => second.abort()), {
    once: true,
  });
  return second.signal;
}

/** The command line that started this process, without its arguments. */
function ownProgram(): string[] {
  return [process.execPath, ...process.execArgv, resolve(process.argv[1] ?? 'halp')];
}
