import { readDocument } from './markdown.ts';
import { planRuns, runAll } from './run-blocks.ts';
const runs = planRuns(process.argv.slice(2).map(readDocument));
console.log(await runAll(runs.runnable, console.log));
