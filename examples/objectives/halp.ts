/** HaLP: MoCo with hallucinated positives, from prototypes of the queue. Shah et al., CVPR 2023. */
import { halpPretrainView } from '@halp/augment';
import { startBackend } from '@halp/backend';
import { moco, viewPairs } from '@halp/contrastive';
import { openDataset } from '@halp/data/node';
import { biGru, projectionHead, withHead } from '@halp/encoders';
import { createLoader } from '@halp/loader';
import { sgd } from '@halp/nn';
import { halp } from '@halp/positives';
import { createRandom } from '@halp/random';
import { fit } from '@halp/train';

await startBackend();
const rng = createRandom(0);
const [data = 'data/synthetic'] = process.argv.slice(2);
const dataset = await openDataset(data, { benchmark: 'xsub', part: 'train' });
const view = halpPretrainView({ size: 24, minimum: 16, corrupted: 8 });
const loading = { batchSize: 32, views: [view, view], shuffle: true, dropLast: true };
const loader = await createLoader(dataset, loading, rng.fork('data'));
const batches = viewPairs(loader);

const network = () => {
  const encoder = biGru({ joints: 25, hidden: 32, layers: 1 }, rng.fork('encoder'));
  const sizes = { inputs: encoder.featureSize, hidden: 64, outputs: 32 };
  return withHead(encoder, projectionHead(sizes, rng.fork('head')));
};
const queue = { queueSize: 64, dimension: 32, temperature: 0.1, momentum: 0.99 };
const base = moco({ query: network(), key: network(), ...queue }, rng.fork('queue'));
const prototypes = { prototypes: 8, newest: 64, every: 5 };
const positives = {
  fromEpoch: 3,
  weight: 1,
  lambda: 0.8,
  count: 20,
  boundary: 'pairwise',
} as const;
const objective = halp(base, { ...prototypes, ...positives }, rng.fork('prototypes'));
const optimizer = sgd(objective.params, { momentum: 0.9, weightDecay: 1e-4 });
const options = { epochs: 5, optimizer, schedule: { kind: 'constant', rate: 0.05 } } as const;
for await (const { epoch, losses } of fit(objective, batches, options, rng.fork('training'))) {
  console.log(epoch, losses);
}
await dataset.close();
