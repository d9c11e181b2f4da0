/** Follows docs/add-an-encoder.md literally: its files are extracted, compiled, run, trained and exported. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { prepare } from '@halp/data/node';
import { evaluate, exportRun, loadRecipe, pretrain } from '@halp/runs/node';
import { collectedOutput, withFolder } from '../../runs/test/helpers.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(root, 'docs/add-an-encoder.md'), 'utf8');
// Inside the repository, so that `@halp/*` resolves as in a user's project.
mkdirSync(join(root, 'packages/cli/.tsbuild'), { recursive: true });
const folder = mkdtempSync(join(root, 'packages/cli/.tsbuild/page-'));
const files = [...page.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, name, code]) => {
  const path = join(folder, name as string);
  writeFileSync(path, code as string);
  return path;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Declares the tests of the guide's own test file.
await import(pathToFileURL(join(folder, 'mean-pose.test.ts')).href);

describe('the guide on adding an encoder', () => {
  it('has three files that compile with the strictest settings', () => {
    expect(files.map((path) => path.slice(folder.length + 1))).toEqual([
      'mean-pose.ts',
      'mean-pose.test.ts',
      'mean-pose-recipe.ts',
    ]);
    const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) =>
      ts.sys.readFile(path),
    ) as {
      config: { compilerOptions: Record<string, unknown> };
    };
    const { options } = ts.convertCompilerOptionsFromJson(
      {
        ...config.compilerOptions,
        noEmit: true,
        composite: false,
        incremental: false,
        isolatedDeclarations: false,
        declaration: false,
        emitDeclarationOnly: false,
      },
      root,
    );
    const program = ts.createProgram(files, options);
    // Only these files: the files of the workspace that they import are checked elsewhere.
    const problems = files.flatMap((path) =>
      ts.getPreEmitDiagnostics(program, program.getSourceFile(path)),
    );
    expect(
      problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ).toEqual([]);
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
