/** BYOL: predict the target network's embedding of the other view; no negatives. Grill et al., arXiv 2006.07733. */
import { halpPretrainView } from '@halp/augment';
import { startBackend } from '@halp/backend';
import { byol, cosineMomentum, mlp, viewPairs } from '@halp/contrastive';
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

const network = () => {
  const encoder = biGru({ joints: 25, hidden: 32, layers: 1 }, rng.fork('encoder'));
  const head = mlp({ inputs: encoder.featureSize, hidden: [64], outputs: 32 }, rng.fork('head'));
  return withHead(encoder, head);
};
const predictor = mlp({ inputs: 32, hidden: [64], outputs: 32 }, rng.fork('predictor'));
const momentum = cosineMomentum(0.99, 5 * loader.batchesPerEpoch);
const objective = byol({ query: network(), key: network(), predictor, momentum });
const optimizer = sgd(objective.params, { momentum: 0.9, weightDecay: 1e-4 });
const options = { epochs: 5, optimizer, schedule: { kind: 'constant', rate: 0.05 } } as const;
for await (const { epoch, losses } of fit(objective, batches, options, rng.fork('training'))) {
  console.log(epoch, losses);
}
await dataset.close();
