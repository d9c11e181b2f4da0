import { spawn } from 'node:child_process';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { type Recipe, recipeNamed } from '@halp/recipes';
import { evaluate, pretrain, type ProtocolRequest, type RunEvent } from '@halp/runs/node';
import { collectedOutput, keptFolder } from '../../runs/test/helpers.ts';
import { tinyMoco } from '../../runs/test/tiny.ts';
import { mainProgram } from './helpers.ts';

const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);
const recipe: Recipe = {
  ...tinyMoco,
  evaluation: {
    ...tinyMoco.evaluation,
    trainView: recipeNamed('synthetic-moco').views.query,
    fineTune: {
      ...{ epochs: 4, learningRate: 0.05, milestones: [2], batchSize: 16 },
      selectBy: 'best-test-epoch',
    },
  },
};

beforeAll(async () => {
  await startBackend();
  await prepare(planSynthetic({ performers: 4, replications: 1 }), { out: at('data') });
  await pretrain({ recipe, data: at('data'), out: at('run'), epochs: 1 });
});

/** Compares an uninterrupted evaluation with one that is interrupted after some lines and called again. */
async function compared(
  request: ProtocolRequest & { readonly protocol: string },
  lines: number,
  kept: string,
): Promise<void> {
  const name: string = request.protocol;
  for (const copy of [`${name}-whole`, `${name}-parts`])
    await cp(at('run'), at(copy), { recursive: true });
  const run = (copy: string, output = collectedOutput(), signal?: AbortSignal) =>
    evaluate({
      ...{ run: at(copy), data: at('data'), protocols: [request] },
      ...(signal ? { signal } : {}),
      onEvent: output.onEvent,
    });
  const whole = collectedOutput();
  const undisturbed = await run(`${name}-whole`, whole);
  const controller = new AbortController();
  const stopping = collectedOutput();
  const onEvent = (event: RunEvent): void => {
    stopping.onEvent(event);
    if (stopping.lines.length === lines) controller.abort();
  };
  await expect(run(`${name}-parts`, { ...stopping, onEvent }, controller.signal)).rejects.toThrow(
    /abort/i,
  );
  const left = await readdir(at(`${name}-parts`, 'evaluations'));
  expect(left).toContain(`${kept}.unfinished.safetensors`);
  const again = collectedOutput();
  expect(await run(`${name}-parts`, again)).toEqual(undisturbed);
  // The second call runs only the remaining epochs.
  const epochs = (output: readonly string[]): string[] =>
    output.filter((text) => text.includes(', epoch '));
  expect([...epochs(stopping.lines), ...epochs(again.lines)]).toEqual(epochs(whole.lines));
  const [own, expected] = await Promise.all(
    ['parts', 'whole'].map(async (copy) => {
      const files = (await readdir(at(`${name}-${copy}`, 'evaluations'))).sort();
      return Promise.all(
        files.map((one) => readFile(at(`${name}-${copy}`, 'evaluations', one), 'utf8')),
      );
    }),
  );
  expect(own).toEqual(expected);
}

describe('an evaluation that trains the encoder', () => {
  it('resumes with the same bytes: fine-tuning', async () => {
    await compared({ protocol: 'fine-tune' }, 2, 'epoch-0001-fine-tune');
  });

  it('resumes with the same bytes: repeats with some labels', async () => {
    const request = { protocol: 'semi-supervised', labels: 0.5, repeats: 2 } as const;
    await compared(request, 5, 'epoch-0001-semi-supervised-0.5-2-repeats-repeat-1');
  });

  it('selects its epoch on the clips of a held-out person, with selectBy validation', async () => {
    const [evaluation] = await evaluate({
      ...{ run: at('run'), data: at('data'), protocols: [{ protocol: 'fine-tune' }] },
      change: { selectBy: 'validation' },
    });
    // One of the two training persons is used for training, the other for selection.
    expect(evaluation).toMatchObject({
      selection: 'validation',
      counts: { train: 48, validation: 48, test: 96 },
    });
  });

  it('prints how to resume when Ctrl-C stops it', async () => {
    await cp(at('run'), at('stopped'), { recursive: true });
    const args = ['evaluate', 'fine-tune', '--run', at('stopped'), '--data', at('data')];
    const child = spawn(process.execPath, [await mainProgram(), ...args]);
    let said = '';
    child.stderr.on('data', (chunk) => {
      if (!said.includes(', epoch ') && String(chunk).includes(', epoch ')) child.kill('SIGINT');
      said += String(chunk);
    });
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    expect(said).toContain('the same command');
    expect(status).toBe(130);
  });
});
