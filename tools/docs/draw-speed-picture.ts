/**
 * Draws the chart of docs/performance.md from the page's own tables; a test compares both.
 * Usage: npm run docs:picture
 */
import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '@halp/files/node';
import { speedPicture, speedRows } from './speed-picture.ts';

const picture = speedPicture(speedRows(readFileSync('docs/performance.md', 'utf8')));
await writeFileAtomic('docs/performance/ratios.svg', new TextEncoder().encode(picture));
console.log('docs/performance/ratios.svg');
