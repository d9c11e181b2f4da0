import { defineConfig, type Options } from 'tsup';

/**
 * The build of a package: ESM and declarations of its entry points, for Node 20 and newer.
 *
 * @param more - what a package has besides.
 */
export function packageConfig(
  entry: string[],
  more: Options = {},
): ReturnType<typeof defineConfig> {
  return defineConfig({
    ...more,
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
