import { clustering, fewShot, knn, type KnnResult, retrieval } from '@halp/protocols';
import type { Random } from '@halp/random';
import type { ProtocolContext, ProtocolRequest, ProtocolResult } from './protocol.ts';
import { runFineTune, runSemiSupervised } from './run-fine-tune.ts';
import { runLinear } from './run-linear.ts';

/**
 * The result of a protocol for encoders on a data set.
 *
 * @param rng - Forked by protocol, not advanced.
 * @throws RangeError if the recipe lacks the settings, or the protocol does not support several streams.
 */
export async function runProtocol(
  request: ProtocolRequest,
  context: ProtocolContext,
  rng: Random,
): Promise<ProtocolResult> {
  const { features } = context;
  switch (request.protocol) {
    case 'knn':
      return (await runKnn(context, request.k)).evaluation;
    case 'linear':
      return (await runLinear(context, rng.fork('linear-probe'))).evaluation;
    case 'fine-tune':
      return runFineTune(context, rng.fork('fine-tune'));
    case 'semi-supervised':
      return runSemiSupervised(request, context, rng.fork('semi-supervised'));
    case 'few-shot': {
      const { accuracies: _, ...result } = fewShot(
        (await features('test')).fused,
        {},
        rng.fork('few-shot'),
      );
      return { protocol: 'few-shot', ...result };
    }
    case 'retrieval': {
      const [train, test] = [await features('train'), await features('test')];
      const found = await retrieval(train.fused, test.fused, {}, rng.fork('retrieval'));
      const { averagePrecisions: _, ...result } = found;
      return { protocol: 'retrieval', ...result };
    }
    case 'clustering': {
      const { fused } = await features('test');
      const { clusters: _, ...result } = await clustering(fused, {}, rng.fork('clustering'));
      return { protocol: 'clustering', ...result };
    }
  }
}

/**
 * Nearest neighbours, on the mean of the features if there are several streams.
 *
 * @param k - The number of neighbours. Default: the recipe's.
 */
export async function runKnn(
  { recipe, features }: ProtocolContext,
  k: number = recipe.evaluation.knn.k,
): Promise<KnnResult> {
  const [train, test] = [await features('train'), await features('test')];
  return knn(train.fused, test.fused, { k, classes: train.classes });
}
