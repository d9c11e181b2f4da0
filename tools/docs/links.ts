import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isFileLink } from '../../docs/.vitepress/repository-links.ts';
import { type MarkdownDocument, readDocument } from './markdown.ts';

/** The broken links of documents. */
export interface LinkCheck {
  /** How many were checked. Links to other sites are not checked. */
  readonly checked: number;
  /** One line for each broken link. */
  readonly problems: readonly string[];
}

/** Checks that the file of every link exists, and that it has the heading that the link names. */
export function checkLinks(documents: readonly MarkdownDocument[]): LinkCheck {
  const read = new Map(documents.map((document) => [document.path, document]));
  const problems: string[] = [];
  let checked = 0;
  for (const { path, links } of documents) {
    for (const { target, line } of links) {
      if (!isFileLink(target) && !target.startsWith('#')) continue;
      checked += 1;
      const problem = problemOf(path, target, read);
      if (problem !== undefined) problems.push(`${path}:${line}: ${target}: ${problem}`);
    }
  }
  return { checked, problems };
}

function problemOf(
  from: string,
  target: string,
  read: Map<string, MarkdownDocument>,
): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : posix.normalize(posix.join(posix.dirname(from), path));
  // `npm run docs` makes these.
  if (file.startsWith('docs/api')) return undefined;
  if (!existsSync(file)) return `expected a file, there is no ${file}`;
  if (anchor === undefined) return undefined;
  const document = statSync(file).isDirectory() ? join(file, 'README.md') : file;
  if (!document.endsWith('.md')) return `expected a Markdown file with a heading, got ${document}`;
  const { anchors } = read.get(document) ?? readDocument(document);
  return anchors.has(anchor) ? undefined : `expected a heading #${anchor} in ${document}`;
}
