import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expectObject, expectText } from '../check.ts';

/** Where the module of a worker thread is, and what it imports. */
export interface WorkerModuleOptions {
  /** The module in the sources, relative to the caller, such as `./worker.ts`. */
  readonly source: string;
  /** The module in the built package, relative to the caller's bundle, such as `./worker.js`. */
  readonly built: string;
  /**
   * Whether the thread imports modules of users. If so, it starts with the arguments of this process, so that whatever
   * lets the process load those modules (`--import`, `--conditions`) applies in the thread too. Otherwise it starts
   * without them: a loader that rewrites modules can make the thread three times slower.
   */
  readonly importsUserModules: boolean;
}

/** The options `filename` and `execArgv` of Piscina. */
export interface WorkerModule {
  /** The URL of the module. */
  readonly filename: string;
  /** The arguments of the thread; those of the process if absent. */
  readonly execArgv?: string[];
}

/**
 * The module of a worker thread and the arguments with which Node starts it: TypeScript through tsx if the caller runs
 * from source, JavaScript once the package is built.
 *
 * @param here - `import.meta.url` of the caller.
 * @throws TypeError if a path is not a text.
 */
export function workerModule(here: string, options: WorkerModuleOptions): WorkerModule {
  expectText('workerModule', 'the URL of the calling module', here);
  expectObject('workerModule', options, 'options { source, built, importsUserModules }');
  const { source, built, importsUserModules } = options;
  expectText('workerModule', 'the module in the sources', source);
  expectText('workerModule', 'the module in the built package', built);
  if (!here.endsWith('.ts')) {
    const filename = new URL(built, here).href;
    return importsUserModules ? { filename } : { filename, execArgv: [] };
  }
  // On Node 20, `--import tsx` transforms ES modules on the main thread only; the `register` of its API does so on any
  // thread. The ES module of that API is named explicitly: the one that `require` finds fails on `import`.
  const tsx = createRequire(here)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const register = `import { register } from ${JSON.stringify(pathToFileURL(tsx).href)}; register();`;
  return {
    filename: new URL(source, here).href,
    execArgv: ['--conditions=@halp/source', '--import', `data:text/javascript,${register}`],
  };
}
