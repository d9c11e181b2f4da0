import { readmePages } from '../.vitepress/repository.ts';

const pages = readmePages('packages');

// As VitePress asks for it.
export { pages as default };
