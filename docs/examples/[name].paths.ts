import { readmePages } from '../.vitepress/repository.ts';

const pages = readmePages('examples');

// As VitePress asks for it.
export { pages as default };
