import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of a source map that say where the sources are. */
export interface SourceMap {
  /** Put before every source. */
  readonly sourceRoot?: string;
  /** Paths relative to the map. */
  readonly sources: readonly string[];
  /** The text of each source; null for one that has to be read from its path. */
  readonly sourcesContent?: readonly (string | null)[];
}

/**
 * Removes the text of a package's own sources from the source maps in a folder: they are published in `src`. Sources of
 * other packages, of which the build includes a part, stay in the map.
 */
export function removeOwnSources(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.js.map'))) {
    const path = join(folder, name);
    const { sourcesContent = [], ...map } = JSON.parse(readFileSync(path, 'utf8')) as SourceMap;
    const foreign = map.sources.map((source, i) =>
      source.startsWith('../src/') ? null : (sourcesContent[i] ?? null),
    );
    const isAllOwn = foreign.every((text) => text === null);
    const lean = isAllOwn ? map : { ...map, sourcesContent: foreign };
    writeFileSync(path, JSON.stringify(lean));
  }
}
