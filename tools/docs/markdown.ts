import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorOf } from '../../docs/.vitepress/repository.ts';

/** A fenced block of code. */
export interface Block {
  /** The language, `ts`. */
  readonly language: string;
  /** The words after the language, such as `fragment`. */
  readonly mark: string;
  /** Line number of the first line of code, from 1. */
  readonly line: number;
  /** The code. */
  readonly text: string;
}

/** A link of a document. */
export interface Link {
  /** Its target. */
  readonly target: string;
  /** Line number, from 1. */
  readonly line: number;
}

/** A parsed Markdown file. */
export interface MarkdownDocument {
  /** Path relative to the root of the repository. */
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  /** The anchors of its headings. */
  readonly anchors: ReadonlySet<string>;
}

/** The documents that are checked, as paths relative to the root of the repository. */
export function listDocuments(): readonly string[] {
  const inFolders = (folder: string, file: string): string[] =>
    readdirSync(folder)
      .map((name) => join(folder, name, file))
      .filter((path) => existsSync(path));
  return [
    ...['.', 'docs', 'docs/guides', 'docs/packages'].flatMap(pagesIn),
    ...inFolders('packages', 'README.md'),
    ...inFolders('packages', 'test/fixtures/README.md'),
    ...inFolders('examples', 'README.md'),
  ].sort();
}

/** The Markdown files of a folder, without the templates of generated pages. */
function pagesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md') && !name.startsWith('['))
    .map((name) => join(folder, name));
}

/** Reads and parses a document. */
export function readDocument(path: string): MarkdownDocument {
  const blocks: Block[] = [];
  const links: Link[] = [];
  const anchors = new Set<string>();
  let open:
    { fence: string; language: string; mark: string; line: number; lines: string[] } | undefined;
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((text, i) => {
      const fence = /^ *(`{3,}|~{3,})(.*)$/.exec(text);
      if (open !== undefined) {
        if (fence?.[1]?.startsWith(open.fence) === true && fence[2] === '') {
          blocks.push({ ...open, text: open.lines.join('\n') });
          open = undefined;
        } else open.lines.push(text);
        return;
      }
      if (fence !== null) {
        const [language = '', ...mark] = (fence[2] as string).trim().split(/\s+/);
        open = {
          fence: fence[1] as string,
          language,
          mark: mark.join(' '),
          line: i + 2,
          lines: [],
        };
        return;
      }
      const heading = /^#{1,6} +(.+?) *#*$/.exec(text)?.[1];
      if (heading !== undefined) addAnchor(anchors, heading);
      for (const target of linksOf(text)) links.push({ target, line: i + 1 });
    });
  return { path, blocks, links, anchors };
}

function addAnchor(anchors: Set<string>, heading: string): void {
  const plain = anchorOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, ''));
  let anchor = plain;
  for (let i = 1; anchors.has(anchor); i++) anchor = `${plain}-${i}`;
  anchors.add(anchor);
}

function linksOf(line: string): string[] {
  const withoutCode = line.replace(/(`+)[^`].*?\1/g, (code) => '`'.repeat(code.length));
  return [...withoutCode.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map(
    ([, target]) => target as string,
  );
}
