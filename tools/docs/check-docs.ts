/**
 * Checks the documentation: every `ts` block of the pages in docs/, of the READMEs and of CONTRIBUTING.md is compiled,
 * every `halp` command is one that the program takes, every link to a file or a heading leads somewhere; and what can be
 * run is run. Usage: npm run docs:check [-- --no-run]
 *
 * A `ts` block is a module of its own, called as its first line says (`// mine.ts`) so that others can import it. One that
 * goes on from the block before it is marked "ts continued" and is compiled with it; one that cannot stand alone is marked
 * "ts fragment" and is not compiled.
 *
 * On all pages but the packages' READMEs, whose examples are run in installed packages, each `ts` block is run, and each
 * "sh run" block too; "ts needs …" and "sh needs …" say why one is not.
 */
import { checkBlocks } from './blocks.ts';
import { checkCommands } from './commands.ts';
import { checkLinks } from './links.ts';
import { listDocuments, readDocument } from './markdown.ts';
import { planRuns, runAll } from './run-blocks.ts';

const documents = listDocuments().map(readDocument);
const blocks = checkBlocks(documents);
const commands = await checkCommands(documents);
const links = checkLinks(documents);
const runs = planRuns(documents.filter(({ path }) => !path.startsWith('packages/')));
const isRun = !process.argv.includes('--no-run');
for (const line of runs.left) console.log(`not run: ${line}`);
const failures = isRun ? await runAll(runs.runnable, (line) => console.log(line)) : [];
const problems = [
  ...links.problems,
  ...blocks.problems,
  ...commands.problems,
  ...runs.problems,
  ...failures,
];
for (const problem of problems) console.error(problem);
console.log(
  `${documents.length} documents: ${blocks.compiled} blocks compiled, ${blocks.fragments} fragments left out, ` +
    `${commands.checked} commands and ${links.checked} links checked, ` +
    `${runs.runnable.length} blocks ${isRun ? 'run' : 'to run'}, ${runs.left.length} not, ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
