import { isBuiltin } from 'node:module';
import { gzipSync } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';

/** What an entry is bundled for. */
export type Platform = 'browser' | 'node';

/** A bundle of everything that an entry of a package exports. */
export interface EntryBundle {
  /** Minified, in bytes. */
  readonly minified: number;
  /** Minified and compressed by gzip, in bytes. */
  readonly gzipped: number;
  /** Whether it imports TensorFlow.js, which is not in it. */
  readonly usesTensorFlow: boolean;
  /** The files that lead to each built-in module of Node, from the entry on; empty if a browser can run it. */
  readonly nodeChains: readonly string[];
}

/**
 * Bundles an entry alone, without TensorFlow.js.
 *
 * @param specifier - What is imported, `@halp/data`.
 * @param folder - The folder from which it is.
 * @throws Error if something else than Node's modules cannot be found, or is not for this platform.
 */
export async function bundleEntry(
  specifier: string,
  platform: Platform,
  folder: string,
): Promise<EntryBundle> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(specifier)};`, resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    platform,
    // Nothing but what a bundler takes unasked: the built files, not the sources.
    conditions: [],
    external: ['@tensorflow/*'],
    plugins: [leaveNodeOut],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  const [code] = outputFiles.map(({ contents }) => contents) as [Uint8Array];
  return {
    minified: code.length,
    gzipped: gzipSync(code, { level: 9 }).length,
    usesTensorFlow: imports.some(({ path }) => path.startsWith('@tensorflow/')),
    nodeChains: chainsToNode(metafile.inputs),
  };
}

/** Leaves Node's own modules as imports, unless the importing package has something else for browsers. */
const leaveNodeOut: Plugin = {
  name: 'leave-node-out',
  setup(run) {
    run.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === leaveNodeOut || !isBuiltin(path)) return undefined;
      const { errors } = await run.resolve(path, { ...from, pluginData: leaveNodeOut });
      return errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

/** The shortest way to each module of Node. */
function chainsToNode(inputs: Metafile['inputs']): string[] {
  const chains = new Map<string, string>();
  const seen = new Set<string>();
  let edge = [['<stdin>']];
  while (edge.length > 0) {
    edge = edge.flatMap((chain) =>
      (inputs[chain.at(-1) as string]?.imports ?? []).flatMap(({ path, external = false }) => {
        if (external && isBuiltin(path) && !chains.has(path)) {
          chains.set(path, [...chain.slice(1), path].join(' → '));
        }
        if (external || seen.has(path)) return [];
        seen.add(path);
        return [[...chain, path]];
      }),
    );
  }
  return [...chains.values()];
}
