import { join, sep } from 'node:path';
import ts from 'typescript';

/** How a project compiles. */
type Mode = 'nodenext' | 'bundler';

/** What a project compiles in a mode. */
interface Sources {
  /** Files of the project. */
  readonly files: readonly string[];
  /** Whether it has the types of Node, as a project for Node does and one for browsers does not. */
  readonly node: boolean;
}

const STRICT: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  moduleDetection: ts.ModuleDetectionKind.Force,
};

/** Parsed files of TypeScript's own library and of Node's types, which are the same for all. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * What TypeScript at its strictest says of files of a project, and of the declarations of the `@halp` packages in it.
 * Declarations of other packages count for what they declare, not for their own errors: TensorFlow.js has some.
 *
 * @param project - The folder of the project.
 * @returns A line for each error.
 */
export function typeErrors(project: string, mode: Mode, { files, node }: Sources): string[] {
  const options: ts.CompilerOptions = {
    ...STRICT,
    ...optionsOf(mode),
    lib: node ? ['lib.es2023.d.ts'] : ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: node ? ['node'] : [],
    typeRoots: [join(process.cwd(), 'node_modules/@types')],
  };
  const host = ts.createCompilerHost(options);
  const parse = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) => {
    if (path.startsWith(project)) return parse(path, ...rest);
    const key = `${mode} ${path}`;
    if (!parsed.has(key)) parsed.set(key, parse(path, ...rest));
    return parsed.get(key);
  };
  const program = ts.createProgram(
    files.map((file) => join(project, file)),
    options,
    host,
  );
  const ours = program
    .getSourceFiles()
    .filter(
      ({ fileName }) => fileName.startsWith(project) && isOurs(fileName.slice(project.length)),
    );
  return ours
    .flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ])
    .map((each) => `${mode}: ${describe(project, each)}`);
}

function optionsOf(mode: Mode): ts.CompilerOptions {
  switch (mode) {
    case 'nodenext':
      return {
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
      };
    case 'bundler':
      return { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
  }
}

/** Whether a file is the project's own or that of an `@halp` package. */
function isOurs(path: string): boolean {
  const parts = path.split(/[\\/]/);
  const last = parts.lastIndexOf('node_modules');
  return last < 0 || parts[last + 1] === '@halp';
}

function describe(project: string, { start, file, messageText }: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n  ');
  if (file === undefined) return text;
  const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
  return `${file.fileName.replace(project + sep, '')}:${line + 1}: ${text}`;
}
