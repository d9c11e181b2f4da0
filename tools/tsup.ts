import { defineConfig } from 'tsup';

/** The build of a package: ESM and declarations of its entry points, for Node 20 and newer. */
export function packageConfig(entry: string[]): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'es2022',
    clean: true,
    sourcemap: true,
    treeshake: true,
    // `node:fs` stays so: other runtimes than Node know it by that name alone.
    removeNodeProtocol: false,
    dts: {
      compilerOptions: {
        composite: false,
        incremental: false,
        customConditions: [],
        rootDir: 'src',
      },
    },
  });
}
