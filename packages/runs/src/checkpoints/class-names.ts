import { ntuSets, nwUclaClasses, pkuClasses, utdMhadClasses } from '@halp/data';
import type { Recipe } from '@halp/recipes';

/** The names of a data set's classes where they are known and as many, else their numbers. */
export function classNamesOf({ data }: Recipe, count: number): readonly string[] {
  const known: Readonly<Record<string, readonly string[]>> = {
    ntu60: ntuSets.ntu60.classes,
    ntu120: ntuSets.ntu120.classes,
    pkummd1: pkuClasses,
    pkummd2: pkuClasses,
    'nw-ucla': nwUclaClasses,
    'utd-mhad': utdMhadClasses,
  };
  const names = known[data.name];
  return names?.length === count ? names : Array.from({ length: count }, (_, i) => String(i));
}
