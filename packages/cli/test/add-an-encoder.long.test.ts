/** Follows docs/add-an-encoder.md literally: its files are extracted, compiled, run, trained and exported. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { prepare } from '@halp/data/node';
import { evaluate, exportRun, loadRecipe, pretrain } from '@halp/runs/node';
import { collectedOutput, withFolder } from '../../runs/test/helpers.ts';
import { pageFiles } from './page-files.ts';

const { folder, names, problems } = pageFiles('docs/add-an-encoder.md');

// Declares the tests of the guide's own test file.
await import(pathToFileURL(join(folder, 'mean-pose.test.ts')).href);

describe('the guide on adding an encoder', () => {
  it('has four files that compile with the strictest settings', () => {
    expect(names).toEqual([
      ...['mean-pose.ts', 'mean-pose.test.ts', 'mean-pose-recipe.ts', 'dense-model.ts'],
    ]);
    expect(problems()).toEqual([]);
  });

  it('trains, evaluates and exports its encoder', async () => {
    await startBackend();
    const recipe = await loadRecipe(join(folder, 'mean-pose-recipe.ts'));
    await withFolder(async (own) => {
      const [data, out] = [join(own, 'data'), join(own, 'run')];
      const size = { performers: 2, replications: 1 };
      await prepare('synthetic', { out: data, ...size, workers: 1 });
      const recipeFile = join(folder, 'mean-pose-recipe.ts');
      const run = await pretrain({ recipe, recipeFile, data, out, epochs: 2 });
      expect(run.log).toHaveLength(2);
      const protocols = [{ protocol: 'knn' }] as const;
      const path = join(folder, 'mean-pose.ts');
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
      const module = pathToFileURL(path).href;
      expect(run.manifest.modules).toEqual([
        { where: 'encoder', module, path, relative: 'mean-pose.ts', sha256 },
      ]);
      await expect(evaluate({ run: out, data, protocols })).rejects.toThrow(
        `${out}: expected a run without modules, got ${module} (encoder)`,
      );
      const allowModules = true;
      const output = collectedOutput();
      const [evaluation] = await evaluate({
        run: out,
        data,
        protocols,
        allowModules,
        onEvent: output.onEvent,
      });
      expect(output.lines[0]).toBe(
        `${out}: loading the module ${module}, which its manifest names (encoder)`,
      );
      expect(evaluation).toMatchObject({ protocol: 'knn', recipe: 'mean-pose' });
      const onnx = join(own, 'mean-pose.onnx');
      await exportRun({ run: out, format: 'onnx', out: onnx, allowModules });
      expect(statSync(onnx).size).toBeGreaterThan(10_000);
    });
  });

  it('trains a tf.layers model, which resumes exactly', async () => {
    await startBackend();
    const module = pathToFileURL(join(folder, 'dense-model.ts')).href;
    const whole = await loadRecipe(join(folder, 'mean-pose-recipe.ts'));
    const encoder = { kind: 'module', module, options: { features: 8 } } as const;
    const recipe = { ...whole, name: 'dense-model', encoder };
    await withFolder(async (own) => {
      const data = join(own, 'data');
      await prepare('synthetic', { out: data, performers: 2, replications: 1, workers: 1 });
      const train = (out: string, epochs: number, resume = false) =>
        pretrain({ recipe, data, out: join(own, out), epochs, resume });
      await train('whole', 2);
      await train('parts', 1);
      await train('parts', 2, true);
      const bytes = (out: string): Buffer =>
        readFileSync(join(own, out, 'checkpoints/last.safetensors'));
      expect(bytes('parts').equals(bytes('whole'))).toBe(true);
      const protocols = [{ protocol: 'knn' }] as const;
      const asked = { run: join(own, 'whole'), data, protocols, ownRecipe: recipe };
      expect(await evaluate(asked)).toHaveLength(1);
    });
  });

  it('resumes with the module of its start, and is evaluated as the built-in recipe', async () => {
    await startBackend();
    const copy = join(folder, 'copy.ts');
    const original = readFileSync(join(folder, 'mean-pose.ts'), 'utf8');
    writeFileSync(copy, original);
    const encoder = { kind: 'module', module: pathToFileURL(copy).href, options: { features: 8 } };
    const whole = await loadRecipe(join(folder, 'mean-pose-recipe.ts'));
    const recipe = { ...whole, encoder } as typeof whole;
    await withFolder(async (own) => {
      const [data, out] = [join(own, 'data'), join(own, 'run')];
      const size = { performers: 2, replications: 1 };
      await prepare('synthetic', { out: data, ...size, workers: 1 });
      await pretrain({ recipe, data, out, epochs: 1 });
      const protocols = [{ protocol: 'knn' }] as const;
      const asked = { run: out, data, protocols, ownRecipe: recipe };
      expect(await evaluate(asked)).toHaveLength(1);
      const again = { recipe, data, out, epochs: 2, resume: true };
      writeFileSync(copy, `${original}\n// changed\n`);
      await expect(pretrain(again)).rejects.toThrow(
        new RegExp(
          `expected the modules with which .* started, got changed ones: file:.*copy.ts \\(encoder\\) has SHA-256`,
        ),
      );
      await expect(evaluate(asked)).rejects.toThrow('copy.ts (encoder)');
      writeFileSync(copy, original);
      expect((await pretrain(again)).log).toHaveLength(2);
      writeFileSync(copy, `${original}\n// changed\n`);
      const output = collectedOutput();
      const last = { ...again, epochs: 3, allowModules: true };
      expect((await pretrain({ ...last, onEvent: output.onEvent })).log).toHaveLength(3);
      expect(output.lines.join('\n')).toContain('copy.ts (encoder) has SHA-256');
    });
  });
});
