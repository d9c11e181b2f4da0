export { createThreadedLoader, type ThreadedLoaderOptions } from './threaded-loader.ts';
