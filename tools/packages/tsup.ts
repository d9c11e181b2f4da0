import { defineConfig, type Options } from 'tsup';
import { writeDeclarations } from './declarations.ts';
import { removeOwnSources } from './source-maps.ts';

/**
 * The build of a package: ESM and declarations, for Node 20 and newer, with maps to the sources. The sources are published
 * in `src`, so that the maps do not repeat them.
 *
 * @param entry - The entry points, such as `src/index.ts`.
 * @param more - Options that only this package has.
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
    // Keeps `node:fs` as it is: runtimes other than Node know it only by that name.
    removeNodeProtocol: false,
    onSuccess: async () => {
      removeOwnSources('dist');
      writeDeclarations(process.cwd());
    },
  });
}
