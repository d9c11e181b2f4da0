import { dirname } from 'node:path';

/** What each file of a package's `src` imports: paths relative to `src`, such as `webgpu/gru.ts`. */
export type FileImports = ReadonlyMap<string, readonly string[]>;

/**
 * The circles of imports in a package, one line each: of files, and of rooms, which are the folders of `src`.
 *
 * Files that lie in `src` itself belong to no room. They may be imported by a room or import it, but not both. Entry points
 * import whatever they publish; they count in circles of files alone.
 *
 * @param entries - files of `src` that are entry points, such as `index.ts`.
 */
export function circlesOf(imports: FileImports, entries: ReadonlySet<string>): readonly string[] {
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
  const why = (circle: readonly string[]): string =>
    circle
      .slice(1)
      .map((to, i) => rooms.get(circle[i] as string)?.get(to) ?? '')
      .join(', ');
  const ofRoot = [...(rooms.get(ROOT)?.keys() ?? [])].filter((room) => rooms.get(room)?.has(ROOT));
  const inner = new Map(
    [...rooms].map(([room, arrows]) => [room, [...arrows.keys()].filter((to) => to !== ROOT)]),
  );
  inner.delete(ROOT);
  return [
    ...circlesIn(imports).map((circle) => `circle of files: ${circle.join(' -> ')}`),
    ...[...circlesIn(inner), ...ofRoot.map((room) => ['.', room, '.'])].map(
      (circle) => `circle of rooms: ${circle.join(' -> ')} (${why(circle)})`,
    ),
  ];
}

/** The name of `src` itself among rooms. */
const ROOT = '.';

/** Circles of a graph, each from a node to itself; no circle is left once all of these are opened. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): void => {
    const begin = path.indexOf(node);
    if (begin >= 0) circles.push([...path.slice(begin), node]);
    if (begin >= 0 || done.has(node)) return;
    path.push(node);
    for (const target of graph.get(node) ?? []) visit(target);
    path.pop();
    done.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return circles;
}
