import { type Manifest, type Part, type PartManifest, parts } from './manifest.ts';

/** The number of classes that a note names. */
const MAX_NAMED = 5;

/**
 * Notes about classes of a prepared set that have no clip in a part: none, or one line with the parts, the number of
 * classes, and the first five of them.
 */
export function emptyClassNotes({
  classes,
  benchmarks,
}: Pick<Manifest, 'classes'> & {
  readonly benchmarks: Readonly<
    Record<string, Readonly<Record<Part, Pick<PartManifest, 'clipsPerClass'>>>>
  >;
}): readonly string[] {
  const places = new Map<string, { readonly names: readonly string[]; readonly where: string[] }>();
  for (const [benchmark, split] of Object.entries(benchmarks)) {
    for (const part of parts) {
      const names = classes.filter((_, label) => split[part].clipsPerClass[label] === 0);
      if (names.length === 0) continue;
      const key = JSON.stringify(names);
      const found = places.get(key) ?? { names, where: [] };
      found.where.push(`${benchmark} ${part}`);
      places.set(key, found);
    }
  }
  if (places.size === 0) return [];
  const lists = [...places.values()].map(({ names, where }) => {
    const some = names.slice(0, MAX_NAMED).join(', ');
    const more = names.length > MAX_NAMED ? ', …' : '';
    return `${names.length} of ${classes.length} in ${where.join(', ')} (${some}${more})`;
  });
  return [`classes without a clip: ${lists.join('; ')}`];
}
