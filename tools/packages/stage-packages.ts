/**
 * Writes packages as they are published into the folders from which npm publishes them, `packages/NAME/.packed`, from what
 * `npm run build` made.
 *
 * Usage: tsx tools/packages/stage-packages.ts [NAME...]     NAME as in packages/; all of them without one
 */
import { basename, join } from 'node:path';
import { publishedPackages } from './published.ts';
import { repositoryAddress, stagePackage } from './stage.ts';

const names = process.argv.slice(2);
process.chdir(join(import.meta.dirname, '../..'));
const repository = repositoryAddress(process.env);
for (const each of publishedPackages()) {
  if (names.length > 0 && !names.includes(basename(each.folder))) continue;
  stagePackage(each, join(each.folder, '.packed'), repository);
}
