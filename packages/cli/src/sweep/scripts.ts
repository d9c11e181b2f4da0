import { dirname, sep } from 'node:path';
import type { Sweep } from '@halp/runs/node';

/** The command line of every process of a sweep. */
export interface SweepCommandOptions {
  /** The program with its first arguments, such as `['halp']`. */
  readonly program: readonly string[];
  /** Arguments after the name of the run. Default: none. */
  readonly extra?: readonly string[];
}

/** The command and resources of a scheduler's jobs. */
export interface SchedulerOptions extends SweepCommandOptions {
  /** Whether each run gets one GPU. */
  readonly gpu: boolean;
}

/** The command that trains and evaluates a run, or resumes it. */
export function runCommand(
  sweep: Pick<Sweep, 'plan'>,
  name: string,
  options: SweepCommandOptions,
): string[] {
  const [before, after] = aroundName(sweep, options);
  return [...before, name, ...after];
}

function aroundName(
  { plan }: Pick<Sweep, 'plan'>,
  { program, extra = [] }: SweepCommandOptions,
): readonly [before: readonly string[], after: readonly string[]] {
  return [[...program, 'sweep', plan, '--run'], extra];
}

/**
 * A command as one line of a shell, quoted so that the shell passes on the same words byte for byte.
 *
 * @throws RangeError if a word has a control character, such as a line feed, which would start a new line of a script.
 */
export function shellLine(command: readonly string[]): string {
  return command.map(quoted).join(' ');
}

/**
 * A Slurm batch script with an array of jobs, one for each run; submit it with `sbatch`.
 *
 * A job is interrupted two minutes before its time limit, and saves. Submit the script again to resume.
 */
export function slurmScript(sweep: Sweep, options: SchedulerOptions): string {
  const names = sweep.runs.map(({ name }) => name);
  const [before, after] = aroundName(sweep, options).map(shellLine);
  return [
    '#!/bin/bash',
    `#SBATCH --job-name=${jobName(sweep)}`,
    `#SBATCH --array=0-${names.length - 1}`,
    `#SBATCH --output=${slurmPattern(sweep.out, '/slurm-%A-%a.log')}`,
    '#SBATCH --open-mode=append',
    '#SBATCH --requeue',
    '#SBATCH --signal=B:INT@120',
    ...(options.gpu ? ['#SBATCH --gpus-per-task=1', '#SBATCH --ntasks=1'] : []),
    '# Further options (partition, time, cpus-per-task, mem): here, or as arguments of sbatch.',
    'runs=(',
    ...names.map((name) => `  ${quoted(name)}`),
    ')',
    // exec: Slurm sends the interrupt to the shell's process.
    `exec ${before} "\${runs[$SLURM_ARRAY_TASK_ID]}" ${after}`.trimEnd(),
    '',
  ].join('\n');
}

/** How a Kubernetes Job is run. */
export interface KubernetesOptions extends SchedulerOptions {
  /** The container image; `halp` is on its path. */
  readonly image: string;
  /** The persistent volume claim with plan, data and runs. */
  readonly claim: string;
  /** Runs at a time. Default: all. */
  readonly parallelism?: number;
}

/**
 * An indexed Kubernetes Job as JSON, one index for each run; apply it with `kubectl apply -f`.
 *
 * The volume is mounted at the folder that holds plan, data and runs here, so that all paths are the same in the pods.
 *
 * @throws RangeError if plan, data and runs have no common folder.
 */
export function kubernetesJob(sweep: Sweep, options: KubernetesOptions): string {
  const { image, claim, gpu, parallelism = sweep.runs.length } = options;
  const names = sweep.runs.map(({ name }) => name);
  const [before, after] = aroundName(sweep, options).map(shellLine);
  const script = [
    `set -- ${names.map(quoted).join(' ')}`,
    'shift "$JOB_COMPLETION_INDEX"',
    `exec ${before} "$1" ${after}`.trimEnd(),
  ].join('\n');
  const container = {
    name: 'halp',
    image,
    // Kubernetes expands `$(NAME)` before the shell sees it, and `$$` is a dollar.
    command: ['/bin/sh', '-c', script.replaceAll(/\$(?=[$(])/g, '$$$$')],
    ...(gpu ? { resources: { limits: { 'nvidia.com/gpu': 1 } } } : {}),
    volumeMounts: [{ name: 'work', mountPath: commonFolder(sweep) }],
  };
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: jobName(sweep) },
    spec: {
      completionMode: 'Indexed',
      completions: names.length,
      parallelism,
      backoffLimitPerIndex: 3,
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 120,
          containers: [container],
          volumes: [{ name: 'work', persistentVolumeClaim: { claimName: claim } }],
        },
      },
    },
  };
  return `${JSON.stringify(job, null, 2)}\n`;
}

/** A valid Kubernetes name: lowercase letters, digits and hyphens. */
function jobName({ name }: Sweep): string {
  const word = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `halp-${word}`.slice(0, 52).replace(/-+$/, '');
}

function commonFolder({ plan, out, runs }: Sweep): string {
  const paths = [dirname(plan), out, ...runs.map(({ data }) => data)].map((path) =>
    path.split(sep),
  );
  const [first = []] = paths;
  const differs = first.findIndex((part, i) => paths.some((parts) => parts[i] !== part));
  const common = first.slice(0, differs < 0 ? first.length : differs).join(sep);
  if (common === '') {
    throw new RangeError(
      `sweep: expected plan, data and runs below one folder, got ${dirname(plan)} and ${out}; move them there`,
    );
  }
  return common;
}

function quoted(word: string): string {
  expectPlain(word);
  return /^[\w./=:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * The log file of a job as an `#SBATCH` option, which no shell parses: in double quotes if it has spaces, `%%` for `%`.
 *
 * @throws RangeError if the folder has a character that would end the option.
 */
function slurmPattern(folder: string, file: string): string {
  expectPlain(folder);
  if (/["\\]/.test(folder)) {
    throw new RangeError(
      `sweep: expected a folder of runs without quotes and backslashes for Slurm, got ${folder}; choose another one`,
    );
  }
  const pattern = `${folder.replaceAll('%', '%%')}${file}`;
  return /^[\w./=:@%+,-]+$/.test(pattern) ? pattern : `"${pattern}"`;
}

function expectPlain(word: string): void {
  if (/[\p{Cc}\u2028\u2029]/u.test(word)) {
    throw new RangeError(
      `sweep: expected paths and names without control characters, got ${JSON.stringify(word)}; rename it`,
    );
  }
}
