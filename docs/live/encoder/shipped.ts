import classifierAddress from './classifier.safetensors?url';
import facts from './encoder.json' with { type: 'json' };
import encoderAddress from './encoder.safetensors?url';
import { fetched } from './fetched.ts';
import type { ModelFiles } from './model.ts';

/** Fetches the encoder that is published with the page, and its classifier. */
export async function shippedFiles(): Promise<ModelFiles> {
  const [encoder, classifier] = await Promise.all([
    fetched(encoderAddress, 'encoder.safetensors'),
    fetched(classifierAddress, 'classifier.safetensors'),
  ]);
  return { encoder, classifier };
}

/** Evaluation results of the published encoder, one sentence per protocol. */
export function shippedResults(): string {
  const { evaluations } = facts;
  const parts = evaluations.map(({ protocol, accuracy, counts, data }) => {
    const name = protocol === 'knn' ? 'kNN, k = 1' : protocol;
    return `${name}: ${(100 * accuracy).toFixed(1)} % (${counts.correct} of ${counts.test} test clips of ${data})`;
  });
  return parts.join('; ');
}
