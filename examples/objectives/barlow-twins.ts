/** Barlow Twins: the cross-correlation of both views is trained towards the identity. Zbontar et al., arXiv 2103.03230. */
import { halpPretrainView } from '@halp/augment';
import { startBackend } from '@halp/backend';
import { barlowTwins, mlp, viewPairs } from '@halp/contrastive';
import { openDataset } from '@halp/data/node';
import { biGru, withHead } from '@halp/encoders';
import { createLoader } from '@halp/loader';
import { sgd } from '@halp/nn';
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

const encoder = biGru({ joints: 25, hidden: 32, layers: 1 }, rng.fork('encoder'));
const head = mlp({ inputs: encoder.featureSize, hidden: [64], outputs: 32 }, rng.fork('head'));
const objective = barlowTwins({ network: withHead(encoder, head), lambda: 0.005 });
const optimizer = sgd(objective.params, { momentum: 0.9, weightDecay: 1e-4 });
const options = { epochs: 5, optimizer, schedule: { kind: 'constant', rate: 0.05 } } as const;
for await (const { epoch, losses } of fit(objective, batches, options, rng.fork('training'))) {
  console.log(epoch, losses);
}
await dataset.close();
