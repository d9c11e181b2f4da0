import { readFileSync } from 'node:fs';

type Name =
  'npz' | 'labelsTuple' | 'labelsList' | 'labelsArray' | 'pyskl3d2' | 'pyskl3d5' | 'pyskl2d4';

const texts = JSON.parse(
  readFileSync(new URL('../fixtures/pickles.json', import.meta.url), 'utf8'),
) as Readonly<Record<Name, string>>;

/** A file that Python wrote; `fixtures/README.md` says how. */
export function pickled(name: Name): Uint8Array {
  return new Uint8Array(Buffer.from(texts[name], 'base64'));
}

/** The number at a place of every array in these files. */
export function numberAt(place: number): number {
  return (place % 97) / 8 - 5;
}
