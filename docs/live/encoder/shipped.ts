import classifierAddress from './classifier.safetensors?url';
import facts from './encoder.json' with { type: 'json' };
import encoderAddress from './encoder.safetensors?url';
import type { ModelFiles } from './model.ts';

/** Fetches the encoder that is published with the page. */
export async function shippedFiles(): Promise<ModelFiles> {
  const [encoder, classifier] = await Promise.all(
    [encoderAddress, classifierAddress].map(async (address) => {
      const response = await fetch(address);
      if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
      return new Uint8Array(await response.arrayBuffer());
    }),
  );
  return {
    encoder: { name: 'encoder.safetensors', bytes: encoder as Uint8Array },
    classifier: { name: 'classifier.safetensors', bytes: classifier as Uint8Array },
  };
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
