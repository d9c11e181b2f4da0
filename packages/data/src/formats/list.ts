/*
 * The records of all data sets and formats that can be prepared. A new one is a folder next to this file, with its record,
 * and one line here; everything that lists data sets reads this list.
 */
export { arrays } from './arrays/record.ts';
export { kinetics } from './kinetics/record.ts';
export { ntu } from './ntu/record.ts';
export { nwUcla } from './nw-ucla/record.ts';
export { ownClips } from './own/record.ts';
export { pku } from './pku/record.ts';
export { pyskl } from './pyskl/record.ts';
export { synthetic } from './synthetic/record.ts';
export { utdMhad } from './utd-mhad/record.ts';
