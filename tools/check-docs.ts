/**
 * Checks the documentation: every `ts` block of the pages in docs/, of the READMEs and of CONTRIBUTING.md is compiled, and
 * every link to a file or a heading leads somewhere.
 *
 * A block is a module of its own, called as its first line says (`// mine.ts`) so that others can import it. One that
 * goes on from the block before it is marked "ts continued" and is compiled with it; one that cannot stand alone is marked
 * "ts fragment" and is not compiled.
 */
import { readDocument, listDocuments } from './docs-markdown.ts';
import { checkBlocks } from './docs-blocks.ts';
import { checkLinks } from './docs-links.ts';

const documents = listDocuments().map(readDocument);
const blocks = checkBlocks(documents);
const links = checkLinks(documents);
const problems = [...links.problems, ...blocks.problems];
for (const problem of problems) console.error(problem);
console.log(
  `${documents.length} documents: ${blocks.compiled} blocks compiled, ${blocks.fragments} fragments left out, ` +
    `${links.checked} links checked, ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
