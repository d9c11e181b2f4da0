/**
 * Checks the documentation: compiles every `ts` block of the pages in docs/, of the READMEs and of CONTRIBUTING.md,
 * parses every `halp` command with the program's own parser, checks every link to a file or a heading, and runs every
 * block that can be run.
 * Usage: npm run docs:check [-- --no-run]
 *
 * Each `ts` block is a separate module. A first line such as `// mine.ts` names its file, so that other blocks can
 * import it. A block marked "ts continued" is compiled together with the block before it. A block marked "ts fragment"
 * is not compiled.
 *
 * Each `ts` block and each "sh run" block is run, except in the packages' READMEs, whose examples run in installed
 * packages (`npm run try:packages`). "ts needs …" and "sh needs …" give the reason why a block is not run.
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
