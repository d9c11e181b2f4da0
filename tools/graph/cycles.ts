import { dirname } from 'node:path';

/** The imports of each file of a package's `src`, as paths relative to `src` such as `webgpu/gru.ts`. */
export type FileImports = ReadonlyMap<string, readonly string[]>;

/**
 * The cycles of imports in a package, one line each: of files, and of rooms, which are the folders of `src`.
 *
 * Files that lie in `src` itself belong to no room. They may be imported by a room or import it, but not both. Entry points
 * import whatever they publish; they count in cycles of files alone.
 *
 * @param entries - files of `src` that are entry points, such as `index.ts`.
 */
export function cyclesOf(imports: FileImports, entries: ReadonlySet<string>): readonly string[] {
  const rooms = new Map<string, Map<string, string>>();
  for (const [file, targets] of imports) {
    if (entries.has(file)) continue;
    for (const target of targets) {
      const [from, to] = [dirname(file), dirname(target)];
      if (from === to || entries.has(target)) continue;
      const arrows = rooms.get(from) ?? new Map<string, string>();
      rooms.set(from, arrows);
      if (!arrows.has(to)) arrows.set(to, `${file} imports ${target}`);
    }
  }
  const why = (cycle: readonly string[]): string =>
    cycle
      .slice(1)
      .map((to, i) => rooms.get(cycle[i] as string)?.get(to) ?? '')
      .join(', ');
  const ofRoot = [...(rooms.get(ROOT)?.keys() ?? [])].filter((room) => rooms.get(room)?.has(ROOT));
  const inner = new Map(
    [...rooms].map(([room, arrows]) => [room, [...arrows.keys()].filter((to) => to !== ROOT)]),
  );
  inner.delete(ROOT);
  return [
    ...circlesIn(imports).map((cycle) => `cycle of files: ${cycle.join(' -> ')}`),
    ...[...circlesIn(inner), ...ofRoot.map((room) => ['.', room, '.'])].map(
      (cycle) => `cycle of rooms: ${cycle.join(' -> ')} (${why(cycle)})`,
    ),
  ];
}

/** The name of `src` itself among rooms. */
const ROOT = '.';

/** Cycles of a graph, each from a node back to itself. Breaking all of them leaves no cycle. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): void => {
    const begin = path.indexOf(node);
    if (begin >= 0) cycles.push([...path.slice(begin), node]);
    if (begin >= 0 || done.has(node)) return;
    path.push(node);
    for (const target of graph.get(node) ?? []) visit(target);
    path.pop();
    done.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return cycles;
}
