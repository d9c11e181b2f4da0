import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { readmesIn, repository } from './repository.ts';

/**
 * Copies the API pages into the site. There they lead to it: the title bar has a link to the first page, and links to
 * Markdown files, of which TypeDoc keeps copies in `media/`, lead to the pages that are made of them.
 *
 * @param api - The folder that TypeDoc wrote.
 * @param site - The folder of the built site.
 */
export function copyApiPages(api: string, site: string): void {
  const out = join(site, 'api');
  cpSync(api, out, { recursive: true });
  const pages = pagesOfCopies(join(api, 'media'));
  const names = readdirSync(out, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((each) => extname(each) === '.html')) {
    const path = name.replaceAll('\\', '/');
    const html = readFileSync(join(out, name), 'utf8');
    writeFileSync(join(out, name), withSiteLinks(html, path, pages));
  }
}

/**
 * An API page whose links lead to the site.
 *
 * @param path - Where the page is in the folder of API pages, such as `modules/a.html`.
 * @param pages - For the name of each copied file the page of the site that is made of it, such as `guides/train.html`.
 */
export function withSiteLinks(
  html: string,
  path: string,
  pages: ReadonlyMap<string, string>,
): string {
  const root = posix.relative(posix.dirname(posix.join('api', path)), '.');
  const back = `<a href="${root}/index.html">guides and examples</a>`;
  return html
    .replace('<div id="tsd-toolbar-links">', `$&${back}`)
    .replace(/href="(?:\.\.\/)*media\/([^"#]+)(#[^"]*)?"/g, (link, name: string, anchor = '') => {
      const page = pages.get(name);
      return page === undefined ? link : `href="${root}/${page}${anchor}"`;
    });
}

/** TypeDoc numbers copies of equal names, so that only the content of a copy says what it is of. */
function pagesOfCopies(media: string): ReadonlyMap<string, string> {
  if (!existsSync(media)) return new Map();
  const pages = new Map(sources().map(([file, page]) => [readFileSync(file, 'utf8'), page]));
  const found = readdirSync(media)
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => {
      const page = pages.get(readFileSync(join(media, name), 'utf8'));
      return page === undefined ? [] : [[name, page] as const];
    });
  return new Map(found);
}

/** The Markdown files of the site, each with its page. */
function sources(): readonly (readonly [file: string, page: string])[] {
  const docs = join(repository, 'docs');
  const written = [docs, join(docs, 'guides')].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md') && name !== 'README.md')
      .map((name) => join(folder, name))
      .map((file) => [file, posix.relative(docs, file).replace(/\.md$/, '.html')] as const),
  );
  const readmes = (['packages', 'examples'] as const).flatMap((folder) =>
    readmesIn(folder).map(
      (name) => [join(repository, folder, name, 'README.md'), `${folder}/${name}.html`] as const,
    ),
  );
  return [...written, ...readmes, [join(docs, 'README.md'), 'index.html']];
}
