import { dirname, resolve } from 'node:path';
import ts from 'typescript';
import type { Block, MarkdownDocument } from './markdown.ts';

/** The errors in the TypeScript blocks of documents. */
export interface BlockCheck {
  /** How many blocks were compiled. */
  readonly compiled: number;
  /** How many are marked as fragments. */
  readonly fragments: number;
  /** A line for each error, with its place in the document. */
  readonly problems: readonly string[];
}

/** A module made of a block, and of those that go on from it. */
interface Module {
  readonly document: string;
  readonly text: string;
}

/** Compiles the TypeScript of all documents in one program, each block as a module beside its document. */
export function checkBlocks(documents: readonly MarkdownDocument[]): BlockCheck {
  const modules = new Map<string, Module>();
  const problems: string[] = [];
  let compiled = 0;
  let fragments = 0;
  for (const { path: document, blocks } of documents) {
    let last: string | undefined;
    for (const block of blocks.filter(({ language }) => /^(ts|typescript)$/.test(language))) {
      const place = `${document}:${block.line}`;
      switch (block.mark) {
        case 'fragment':
          fragments += 1;
          continue;
        case '':
          last = moduleOf(document, block);
          if (modules.has(last))
            problems.push(`${place}: expected a file of its own, got ${last} again`);
          modules.set(last, { document, text: placed(block, '') });
          break;
        case 'continued':
          if (last === undefined)
            problems.push(`${place}: expected a block to go on from, got none`);
          else modules.set(last, { document, text: placed(block, modules.get(last)?.text ?? '') });
          break;
        default:
          if (block.mark.startsWith('needs ')) {
            last = undefined;
            modules.set(moduleOf(document, block), { document, text: placed(block, '') });
            break;
          }
          problems.push(
            `${place}: expected "ts", "ts continued", "ts fragment" or "ts needs …", got "ts ${block.mark}"`,
          );
          continue;
      }
      compiled += 1;
    }
  }
  return { compiled, fragments, problems: [...problems, ...errorsOf(modules)] };
}

/** Where a block is compiled: beside its document, as the file that its first line names (`// mine.ts`) if it does. */
function moduleOf(document: string, block: Block): string {
  const name = nameOf(block);
  return name === undefined
    ? resolve(`${document}.line-${block.line}.ts`)
    : resolve(dirname(document), name);
}

/** The file that the first line of a block names, `// mine.ts`. */
export function nameOf({ text }: Block): string | undefined {
  return /^\/\/ (\S+\.ts)$/.exec(text.split('\n')[0] ?? '')?.[1];
}

/** The code at the lines at which it stands in its document, behind what stands before it. */
function placed({ text, line }: Block, before: string): string {
  const lines = before.split('\n').length;
  return `${before}${'\n'.repeat(Math.max(0, line - lines))}${text}`;
}

function errorsOf(modules: ReadonlyMap<string, Module>): string[] {
  const options = optionsOf('tsconfig.tests.json');
  const host = ts.createCompilerHost(options);
  const withModules: ts.CompilerHost = {
    ...host,
    fileExists: (path) => modules.has(path) || host.fileExists(path),
    readFile: (path) => modules.get(path)?.text ?? host.readFile(path),
    getSourceFile(path, language, ...rest) {
      const made = modules.get(path);
      return made === undefined
        ? host.getSourceFile(path, language, ...rest)
        : ts.createSourceFile(path, made.text, language);
    },
  };
  const program = ts.createProgram([...modules.keys()], options, withModules);
  return [...modules].flatMap(([path, { document }]) => {
    const file = program.getSourceFile(path);
    const found = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ];
    return found.map((each) => describe(document, each));
  });
}

function optionsOf(config: string): ts.CompilerOptions {
  const { config: json } = ts.readConfigFile(config, (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(json, ts.sys, process.cwd());
  // Nothing is written, nor remembered.
  delete options.tsBuildInfoFile;
  return {
    ...options,
    incremental: false,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    // A block is a module, and may show what it does not use.
    moduleDetection: ts.ModuleDetectionKind.Force,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
}

function describe(document: string, { start, file, messageText }: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n  ');
  const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
  return `${document}:${line}: ${text}`;
}
