import ts from 'typescript';
import { readDocument } from '../docs/markdown.ts';
import { packageOf } from './packed-files.ts';

/** What a README shows first. */
export interface ReadmeExample {
  /** The commands of its first block of shell, without their remarks. */
  readonly commands: readonly string[];
  /** Its first block of TypeScript. */
  readonly code: string;
  /** What the code imports that the commands do not install. */
  readonly notInstalled: readonly string[];
}

/** The first commands and the first code of a package's README. */
export function readmeExample(path: string, name: string): ReadmeExample {
  const { blocks } = readDocument(path);
  const first = (language: string): string =>
    blocks.find((block) => block.language === language)?.text ?? '';
  const commands = first('sh')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
  const code = first('ts');
  const installed = new Set([name, ...commands.flatMap((command) => command.split(/\s+/))]);
  const notInstalled = ts
    .preProcessFile(code)
    .importedFiles.map(({ fileName }) => packageOf(fileName))
    .filter((each) => !each.startsWith('node:') && !installed.has(each));
  return { commands, code, notInstalled: [...new Set(notInstalled)] };
}
