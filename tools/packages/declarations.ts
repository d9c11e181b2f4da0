import { join } from 'node:path';
import ts from 'typescript';

/** A relative import of a TypeScript file in a declaration, up to its extension. */
const IMPORT_OF_SOURCE = /((?:from |import |import\()['"]\.[^'"\n]*)\.ts(?=['"])/g;

/**
 * Writes the declarations of every source file of a package into its `dist`, with maps to `src`: "go to definition" in an
 * editor then opens the TypeScript source, which is published too. Types are not checked; `npm run typecheck` does that.
 *
 * @param folder - The folder of the package.
 * @throws Error if a declaration cannot be written, with TypeScript's message.
 */
export function writeDeclarations(folder: string): void {
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  ) as { config: unknown };
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const { composite: _, tsBuildInfoFile: __, ...rest } = options;
  const program = ts.createProgram(fileNames, {
    ...rest,
    outDir: join(folder, 'dist'),
    declarationMap: true,
    noCheck: true,
  });
  const { diagnostics } = program.emit(undefined, (path, text) => {
    // As long as before, so that the maps stay true.
    ts.sys.writeFile(path, text.replace(IMPORT_OF_SOURCE, '$1.js'));
  });
  if (diagnostics.length === 0) return;
  const host = {
    getCurrentDirectory: () => folder,
    getCanonicalFileName: String,
    getNewLine: () => '\n',
  };
  throw new Error(ts.formatDiagnostics(diagnostics, host));
}
