import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type HeadConfig } from 'vitepress';
import { copyApiPages } from './api-pages.ts';
import { descriptionOf } from './description.ts';
import { equations } from './equations.ts';
import { anchorOf, readmesIn, repository, sourceOfPage, titleOf } from './repository.ts';
import { repositoryLinks } from './repository-links.ts';

const conditions = ['@halp/source'];

/** The packages in the order in which a reader meets them. */
const groups: readonly (readonly [text: string, packages: readonly string[]])[] = [
  ['Data', ['skeleton', 'data', 'augment', 'loader', 'viewer']],
  ['Learning', ['encoders', 'contrastive', 'positives', 'train', 'protocols']],
  ['Experiments', ['halp', 'recipes', 'report', 'runs', 'live', 'cli', 'onnx']],
  ['Below', ['nn', 'backend', 'tfjs-native', 'files', 'random', 'testing']],
];

const packageItems = (names: readonly string[]): { text: string; link: string }[] =>
  names.map((name) => ({ text: `@halp/${name}`, link: `/packages/${name}` }));

/** A page that has a place in the list as soon as it is written. */
const ifThere = (text: string, link: string): { text: string; link: string }[] =>
  existsSync(join(repository, 'docs', `${link}.md`)) ? [{ text, link }] : [];

const grouped = new Set(groups.flatMap(([, names]) => names));
const ungrouped = readmesIn('packages').filter((name) => !grouped.has(name));

/** The address at which the site will be, for the pictures of shared links, which need a whole one. */
const site = process.env['HALP_SITE']?.replace(/\/$/, '');

const property = (name: string, content: string): HeadConfig => [
  'meta',
  { property: name, content },
];

const config = defineConfig({
  title: 'halp',
  description: 'Self-supervised learning from skeletons in TypeScript.',
  cacheDir: '../node_modules/.vitepress',
  srcExclude: ['README.md', 'api/**'],
  // `npm run docs` makes the API pages; they are copied to the site at the end of the build.
  ignoreDeadLinks: [/^\/api\//],
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/icon.svg' }]],
  markdown: {
    anchor: { slugify: anchorOf },
    config(markdown) {
      repositoryLinks(markdown);
      equations(markdown);
    },
  },
  vite: {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    build: { chunkSizeWarningLimit: 1500 },
    worker: { format: 'es' },
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    nav: [
      {
        text: 'Guide',
        link: '/get-started',
        activeMatch:
          '^/(concepts|get-started|guides|add-an-encoder|add-an-objective|add-a-protocol)',
      },
      {
        text: 'See it run',
        items: [
          { text: 'Teach it your actions', link: '/teach' },
          { text: 'Positives on a sphere', link: '/sphere' },
          { text: 'A clip and its views', link: '/clip' },
          { text: 'An encoder at work', link: '/encoder' },
        ],
      },
      { text: 'Packages', link: '/packages/', activeMatch: '^/packages/' },
      { text: 'Results', link: '/results', activeMatch: '^/(results|performance|examples)' },
      ...(existsSync(join(repository, 'docs/api'))
        ? [{ text: 'API', link: '/api/index.html', target: '_self' }]
        : []),
    ],
    sidebar: [
      {
        text: 'Begin',
        items: [
          { text: 'What this is', link: '/' },
          { text: 'Concepts', link: '/concepts' },
          { text: 'Get started', link: '/get-started' },
          { text: 'Teach it your actions', link: '/teach' },
          { text: 'Positives on a sphere', link: '/sphere' },
          { text: 'A clip and its views', link: '/clip' },
          { text: 'An encoder at work', link: '/encoder' },
        ],
      },
      {
        text: 'Guides',
        items: [
          { text: 'Prepare NTU RGB+D and PKU-MMD', link: '/guides/prepare' },
          { text: 'Train', link: '/guides/train' },
          { text: 'Evaluate', link: '/guides/evaluate' },
          { text: 'Reproduce a table', link: '/guides/reproduce-a-table' },
          { text: 'Add a data set', link: '/guides/add-a-data-set' },
          { text: 'A small data set', link: '/guides/small-data-sets' },
          ...ifThere('Bring a data set in code', '/bring-a-data-set'),
          ...ifThere('Layouts', '/layouts'),
          { text: 'Contribute a data set format', link: '/guides/add-a-format' },
          ...ifThere('Add an encoder', '/add-an-encoder'),
          ...ifThere('Add an objective', '/add-an-objective'),
          ...ifThere('Add a protocol', '/add-a-protocol'),
          { text: 'Recognise a stream', link: '/recognise-a-stream' },
          { text: 'Move a PyTorch checkpoint', link: '/guides/move-a-checkpoint' },
          { text: 'Choose a backend', link: '/guides/choose-a-backend' },
          { text: 'Run on a GPU', link: '/guides/run-on-a-gpu' },
          { text: 'Sweeps', link: '/sweeps' },
        ],
      },
      {
        text: 'The method and what was measured',
        items: [
          { text: 'Method', link: '/method' },
          { text: 'Results', link: '/results' },
          { text: 'Performance', link: '/performance' },
          { text: 'What was tried for speed', link: '/performance-log' },
          ...readmesIn('examples').map((name) => ({
            text: titleOf('examples', name),
            link: `/examples/${name}`,
          })),
        ],
      },
      {
        text: 'Packages',
        collapsed: true,
        items: [
          ...groups.map(([text, names]) => ({ text, items: packageItems(names) })),
          ...packageItems(ungrouped),
        ],
      },
    ],
    footer: {
      message: 'MIT. If you use HaLP, cite the paper: arXiv 2304.00387.',
    },
  },
  transformPageData(page) {
    const file = join(repository, sourceOfPage(page.relativePath));
    if (page.frontmatter['description'] !== undefined || !existsSync(file)) return {};
    const description = descriptionOf(readFileSync(file, 'utf8'));
    return description === undefined ? {} : { description };
  },
  transformHead({ title, description, pageData }) {
    const path = pageData.relativePath.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '.html');
    return [
      property('og:type', 'website'),
      property('og:title', title),
      property('og:description', description),
      [
        'meta',
        { name: 'twitter:card', content: site === undefined ? 'summary' : 'summary_large_image' },
      ],
      ...(site === undefined
        ? []
        : [property('og:url', `${site}/${path}`), property('og:image', `${site}/card.png`)]),
    ];
  },
  buildEnd({ outDir }) {
    const api = join(repository, 'docs', 'api');
    if (existsSync(api)) copyApiPages(api, outDir);
    else console.warn('docs/api does not exist (npm run docs makes it): the site has no API pages');
  },
});

// As VitePress asks for it.
export { config as default };
