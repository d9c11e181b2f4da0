/**
 * Times the kNN protocol on random features with the sizes of NTU RGB+D 60 xsub, alternating with scikit-learn's
 * brute-force cosine search (tools/pytorch/knn.py).
 *
 * Usage: npx tsx --conditions=@halp/source bench/knn.ts [--gallery 40091] [--queries 16487] [--size 2048] [--python PYTHON]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBackend } from '@halp/backend';
import { knn } from '@halp/protocols';
import { createRandom } from '@halp/random';

const { values } = parseArgs({
  options: {
    gallery: { type: 'string', default: '40091' },
    queries: { type: 'string', default: '16487' },
    size: { type: 'string', default: '2048' },
    rounds: { type: 'string', default: '2' },
    python: { type: 'string' },
  },
});
const [gallery, queries, size] = [values.gallery, values.queries, values.size].map(Number) as [
  number,
  number,
  number,
];

const { name } = await startBackend();
const rng = createRandom(0);
const features = (count: number): { features: Float32Array; labels: Int32Array } => ({
  features: Float32Array.from({ length: count * size }, () => rng.uniform() - 0.5),
  labels: Int32Array.from({ length: count }, () => rng.integer(60)),
});
const [all, asked] = [features(gallery), features(queries)];
const seconds: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const started = performance.now();
  await knn(all, asked, { k: 1, classes: 60 });
  seconds.push((performance.now() - started) / 1000);
  if (values.python === undefined) continue;
  const script = fileURLToPath(new URL('../tools/pytorch/knn.py', import.meta.url));
  const said = execFileSync(values.python, [script, JSON.stringify({ gallery, queries, size })], {
    encoding: 'utf8',
  });
  theirs.push((JSON.parse(said) as { seconds: number }).seconds);
}
const [own, peer] = [Math.min(...seconds), Math.min(...theirs)];
const beside =
  theirs.length === 0
    ? ''
    : `; scikit-learn ${peer.toFixed(1)} s, ratio ${(peer / own).toFixed(2)}`;
console.log(
  `${queries} queries against ${gallery} of ${size} numbers, on ${name}: ${own.toFixed(1)} s${beside}`,
);
console.log(`peak resident memory: ${(process.resourceUsage().maxRSS / 1e6).toFixed(2)} GB`);
