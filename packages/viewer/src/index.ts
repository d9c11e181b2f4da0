export { filmstrip, type FilmstripOptions } from './filmstrip.ts';
export { player, type PlayerClip, type PlayerOptions } from './player.ts';
export type { Up } from './view.ts';
