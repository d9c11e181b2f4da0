/**
 * Writes into the package.json of every package where it comes from, before it is published: npm shows it, and provenance
 * is refused without. The repository is the one that a GitHub workflow runs in; elsewhere nothing is written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages } from './published.ts';

const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
if (server === undefined || name === undefined) {
  console.log('not in a GitHub workflow: the packages do not name their repository');
} else {
  const address = `${server}/${name}`;
  for (const { folder } of publishedPackages()) {
    const path = join(folder, 'package.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as object;
    const origin = {
      repository: { type: 'git', url: `git+${address}.git`, directory: folder },
      homepage: `${address}/tree/main/${folder}#readme`,
      bugs: { url: `${address}/issues` },
    };
    writeFileSync(path, `${JSON.stringify({ ...manifest, ...origin }, null, 2)}\n`);
  }
}
