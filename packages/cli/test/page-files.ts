import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The files of a page in a folder, which is removed after the tests. */
export interface PageFiles {
  /** The folder. */
  readonly folder: string;
  /** The names of the files, in the page's order. */
  readonly names: readonly string[];
  /** What the strictest compiler settings of this workspace find wrong in the files. */
  readonly problems: () => readonly string[];
}

/**
 * Extracts every code block of a page that starts with the name of a file (`// mine.ts`). The folder is inside the repository,
 * so that `@halp/*` resolves as in a user's project.
 *
 * @param path - The page, relative to the repository.
 */
export function pageFiles(path: string): PageFiles {
  const page = readFileSync(join(root, path), 'utf8');
  mkdirSync(join(root, 'packages/cli/.tsbuild'), { recursive: true });
  const folder = mkdtempSync(join(root, 'packages/cli/.tsbuild/page-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const blocks = [...page.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)];
  const names = blocks.map(([, name, code]) => {
    writeFileSync(join(folder, name as string), code as string);
    return name as string;
  });
  return { folder, names, problems: () => problemsOf(names.map((name) => join(folder, name))) };
}

function problemsOf(files: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) =>
    ts.sys.readFile(path),
  ) as { config: { compilerOptions: Record<string, unknown> } };
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      ...{ noEmit: true, composite: false, incremental: false, isolatedDeclarations: false },
      ...{ declaration: false, emitDeclarationOnly: false },
    },
    root,
  );
  const program = ts.createProgram(files, options);
  // Only these files: the files of the workspace that they import are checked elsewhere.
  return files
    .flatMap((path) => ts.getPreEmitDiagnostics(program, program.getSourceFile(path)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
