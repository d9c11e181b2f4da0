import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syntheticMoco } from '@halp/recipes';
import type { Sweep } from '@halp/runs/node';
import { kubernetesJob, runCommand, shellLine, slurmScript } from '../../src/sweep/scripts.ts';

const sweep: Sweep = {
  name: 'Lambda_1',
  plan: "/srv/it's/lambda.json",
  out: '/srv/runs',
  evaluate: ['knn'],
  runs: ['a_x=1-seed0', 'a_x=1-seed1'].map((name, seed) => ({
    ...{ name, seed, recipe: syntheticMoco, data: '/srv/data' },
    out: `/srv/runs/${name}`,
  })),
};
/** A program that prints its arguments, one per line. */
const program = ['/usr/bin/printf', '%s\\n'];
const wordsOf = (index: number): string[] => [
  ...['sweep', "/srv/it's/lambda.json", '--run', `a_x=1-seed${index}`],
  ...['--backend', 'wasm'],
];
const options = { program, extra: ['--backend', 'wasm'], gpu: false };
const lines = (text: string): string[] => text.trimEnd().split('\n');

describe('the command of a run', () => {
  it('is unchanged by a shell', () => {
    const command = runCommand(sweep, 'a_x=1-seed1', options);
    const printed = execFileSync('/bin/sh', ['-c', shellLine(command)], { encoding: 'utf8' });
    expect(lines(printed)).toEqual(wordsOf(1));
  });
});

describe('a word in a shell command', () => {
  const plain = fc
    .string({ unit: 'binary', maxLength: 12 })
    .filter((text) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text));
  const hard = fc.constantFrom(
    "'",
    '"',
    '$(id)',
    '`id`',
    '\\',
    '~',
    '*',
    '#',
    '!',
    ' ',
    ';',
    '&',
    '|',
    '{a,b}',
    '',
    '-n',
    '=',
  );
  const words = fc.array(
    fc.array(fc.oneof(plain, hard), { maxLength: 4 }).map((parts) => parts.join('')),
    { minLength: 60, maxLength: 60 },
  );

  it.each(['/bin/sh', 'bash'])('is parsed by %s to the same bytes', (shell) => {
    fc.assert(
      fc.property(words, (all) => {
        const line = shellLine(['/usr/bin/printf', '%s\\0', ...all]);
        const printed = execFileSync(shell, ['-c', line]);
        expect(printed).toEqual(Buffer.from(all.map((word) => `${word}\0`).join('')));
      }),
      { seed: 1, numRuns: 12 },
    );
  });

  it.each(['\n', '\r', '\t', '\0', '\u001b', '\u0085', '\u2028'])(
    'is rejected with the control character %j, in every script',
    (character) => {
      const changed = { ...sweep, plan: `/srv/a${character}touch hacked/x.json` };
      const message = 'sweep: expected paths and names without control characters';
      expect(() => shellLine(runCommand(changed, 'a', options))).toThrow(message);
      expect(() => slurmScript(changed, options)).toThrow(message);
      expect(() => slurmScript({ ...sweep, out: `/srv${character}runs` }, options)).toThrow(
        message,
      );
      expect(() => kubernetesJob(changed, { ...options, image: 'i', claim: 'c' })).toThrow(message);
    },
  );
});

describe('the Slurm script', () => {
  it.each([
    ['/srv/my runs', '"/srv/my runs/slurm-%A-%a.log"'],
    ['/srv/50%j', '/srv/50%%j/slurm-%A-%a.log'],
    ['/srv/runs # now', '"/srv/runs # now/slurm-%A-%a.log"'],
  ])('quotes the log path in the folder %s', (out, option) => {
    expect(lines(slurmScript({ ...sweep, out }, options))).toContain(`#SBATCH --output=${option}`);
  });

  it.each(['/srv/a"b', '/srv/a\\b'])(
    'is rejected for a folder with quotes or backslashes: %s',
    (out) => {
      expect(() => slurmScript({ ...sweep, out }, options)).toThrow(
        'without quotes and backslashes',
      );
    },
  );

  it('runs the command with its index', () => {
    const script = slurmScript(sweep, options);
    expect(script).toMatch(
      /^#!\/bin\/bash\n#SBATCH --job-name=halp-lambda-1\n#SBATCH --array=0-1\n/,
    );
    expect(script).toContain('#SBATCH --signal=B:INT@120');
    for (const index of [0, 1]) {
      const env = { ...process.env, SLURM_ARRAY_TASK_ID: String(index) };
      const printed = execFileSync('bash', ['-c', script], { env, encoding: 'utf8' });
      expect(lines(printed)).toEqual(wordsOf(index));
    }
  });

  it('requests one GPU if asked to', () => {
    expect(slurmScript(sweep, options)).not.toContain('gpu');
    expect(slurmScript(sweep, { ...options, gpu: true })).toContain('#SBATCH --gpus-per-task=1');
  });
});

describe('the Kubernetes Job', () => {
  const jobOf = (changes: object): Job =>
    JSON.parse(
      kubernetesJob(sweep, { ...options, image: 'halp:1', claim: 'disk', ...changes }),
    ) as Job;

  it('has one index per run, and runs its command', () => {
    const { kind, spec } = jobOf({});
    expect({ kind, ...spec, template: undefined }).toEqual({
      ...{ kind: 'Job', completionMode: 'Indexed', completions: 2, parallelism: 2 },
      backoffLimitPerIndex: 3,
      template: undefined,
    });
    const [shell = '', ...args] = spec.template.spec.containers[0]?.command ?? [];
    for (const index of [0, 1]) {
      const env = { ...process.env, JOB_COMPLETION_INDEX: String(index) };
      expect(lines(execFileSync(shell, args, { env, encoding: 'utf8' }))).toEqual(wordsOf(index));
    }
  });

  it('contains no path that Kubernetes would expand', () => {
    const plan = '/srv/$(HOSTNAME)/$$(A)/$$/x.json';
    const job = JSON.parse(
      kubernetesJob({ ...sweep, plan }, { ...options, image: 'i', claim: 'c' }),
    ) as Job;
    const [shell = '', flag = '', script = ''] =
      job.spec.template.spec.containers[0]?.command ?? [];
    // The same as https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go.
    const expanded = script.replaceAll(/\$(\$|\((\w+)\))/g, (_, next: string, name?: string) =>
      name === undefined ? next : `<${name}>`,
    );
    const env = { ...process.env, JOB_COMPLETION_INDEX: '0' };
    const printed = execFileSync(shell, [flag, expanded], { env, encoding: 'utf8' });
    expect(lines(printed)[1]).toBe(plan);
  });

  it('mounts its volume at the common folder of plan, data and runs', () => {
    const { containers, volumes } = jobOf({}).spec.template.spec;
    expect(containers[0]?.volumeMounts).toEqual([{ name: 'work', mountPath: '/srv' }]);
    expect(volumes).toEqual([{ name: 'work', persistentVolumeClaim: { claimName: 'disk' } }]);
    const elsewhere = { ...sweep, out: '/scratch/runs' };
    expect(() => kubernetesJob(elsewhere, { ...options, image: 'i', claim: 'c' })).toThrow(
      'below one folder',
    );
  });

  it('requests one GPU for each run if asked to', () => {
    const gpu = { resources: { limits: { 'nvidia.com/gpu': 1 } } };
    expect(jobOf({}).spec.template.spec.containers[0]).not.toMatchObject(gpu);
    expect(jobOf({ gpu: true }).spec.template.spec.containers[0]).toMatchObject(gpu);
  });
});

interface Job {
  readonly kind: string;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly command: readonly string[];
          readonly volumeMounts: readonly object[];
        }[];
        readonly volumes: readonly object[];
      };
    };
  };
}
