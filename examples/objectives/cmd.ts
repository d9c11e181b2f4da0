/** CMD: distillation of similarities between joint, motion and bone. Mao et al., arXiv 2208.12448. */
import { halpPretrainView } from '@halp/augment';
import { startBackend } from '@halp/backend';
import { cmd, viewPairs } from '@halp/contrastive';
import { openDataset } from '@halp/data/node';
import { biGru, onStream, projectionHead, withHead } from '@halp/encoders';
import { createLoader } from '@halp/loader';
import { sgd } from '@halp/nn';
import { createRandom } from '@halp/random';
import { kinectV2, type Stream } from '@halp/skeleton';
import { fit } from '@halp/train';

await startBackend();
const rng = createRandom(0);
const [data = 'data/synthetic'] = process.argv.slice(2);
const dataset = await openDataset(data, { benchmark: 'xsub', part: 'train' });
const view = halpPretrainView({ size: 24, minimum: 16, corrupted: 8 });
const loading = { batchSize: 32, views: [view, view], shuffle: true, dropLast: true };
const loader = await createLoader(dataset, loading, rng.fork('data'));
const batches = viewPairs(loader);

const network = (stream: Stream) => {
  const encoder = biGru({ joints: 25, hidden: 32, layers: 1 }, rng.fork(stream));
  const sizes = { inputs: encoder.featureSize, hidden: 64, outputs: 32 };
  const head = projectionHead(sizes, rng.fork(stream, 'head'));
  return withHead(onStream(encoder, stream, kinectV2), head);
};
const pair = (stream: Stream) => ({ query: network(stream), key: network(stream) });
const streams = { joint: pair('joint'), motion: pair('motion'), bone: pair('bone') };
const queue = { queueSize: 64, dimension: 32, temperature: 0.1, momentum: 0.99 };
const distillation = { topK: 32, teacherTemperature: 0.05, studentTemperature: 0.1 };
const objective = cmd({ streams, ...queue, ...distillation }, rng.fork('queues'));
const optimizer = sgd(objective.params, { momentum: 0.9, weightDecay: 1e-4 });
const options = { epochs: 5, optimizer, schedule: { kind: 'constant', rate: 0.05 } } as const;
for await (const { epoch, losses } of fit(objective, batches, options, rng.fork('training'))) {
  console.log(epoch, losses);
}
await dataset.close();
