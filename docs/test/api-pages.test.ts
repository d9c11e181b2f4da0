import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyApiPages, withSiteLinks } from '../.vitepress/api-pages.ts';
import { repository, withInstallNote } from '../.vitepress/repository.ts';

const bar = '<div id="tsd-toolbar-links"></div>';

describe('an API page in the site', () => {
  const pages = new Map([['train.md', 'guides/train.html']]);

  it('has a link to the first page, from any depth', () => {
    expect(withSiteLinks(bar, 'index.html', pages)).toContain('<a href="../index.html">');
    expect(withSiteLinks(bar, 'functions/a.b.html', pages)).toContain(
      '<a href="../../index.html">',
    );
  });

  it('leads to pages instead of copied Markdown, with the anchor; other files stay', () => {
    const links = '<a href="../media/train.md#collapse">a</a><a href="../media/CITATION.cff">b</a>';
    expect(withSiteLinks(links, 'functions/a.html', pages)).toBe(
      '<a href="../../guides/train.html#collapse">a</a><a href="../media/CITATION.cff">b</a>',
    );
    expect(withSiteLinks('<a href="media/train.md">', 'index.html', pages)).toBe(
      '<a href="../guides/train.html">',
    );
  });
});

describe('the folder of API pages', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halp-api-'));
    await mkdir(join(folder, 'api', 'media'), { recursive: true });
    const copies = {
      'README.md': 'packages/nn/README.md',
      'README-1.md': 'packages/data/README.md',
    };
    for (const [name, file] of Object.entries({ ...copies, 'method.md': 'docs/method.md' })) {
      await cp(join(repository, file), join(folder, 'api', 'media', name));
    }
    await writeFile(join(folder, 'api', 'media', 'other.md'), '# No page\n');
    const names = ['README.md', 'README-1.md', 'method.md', 'other.md'];
    const links = names.map((name) => `<a href="media/${name}">`).join('');
    await writeFile(join(folder, 'api', 'index.html'), `${bar}${links}`);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('knows the page of a copy by its content, whatever the name of the copy', async () => {
    copyApiPages(join(folder, 'api'), join(folder, 'site'));
    const html = await readFile(join(folder, 'site', 'api', 'index.html'), 'utf8');
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, link]) => link);
    const pages = ['packages/nn', 'packages/data', 'method'].map((page) => `../${page}.html`);
    expect(links).toEqual(['../index.html', ...pages, 'media/other.md']);
  });
});

describe('the page of a package', () => {
  const readme = '# P\n\n```sh\nnpm install p\n```\n\n```sh\nnpm install q\n```\n';

  it('says before its first installation that it is not on npm, until it has a version', () => {
    const noted = withInstallNote(readme, '0.0.0');
    expect(noted.indexOf('Not on npm yet')).toBeLessThan(noted.indexOf('npm install p'));
    expect(noted.match(/Not on npm yet/g)).toHaveLength(1);
    expect(withInstallNote(readme, '0.1.0')).toBe(readme);
  });
});
