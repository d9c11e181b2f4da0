import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Part } from '@halp/data';
import { createNpyWriter, writeFileAtomic } from '@halp/files/node';
import { type ClipChanges, trainedOn } from '@halp/recipes';
import { openRun } from '@halp/train/node';
import { evaluationData } from '../features/evaluation-data.ts';
import { type PartFeatures, partFeatures } from '../features/part-features.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore, type Remark } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import { loadEncoders } from '../run/load-run.ts';
import { modulesOfRun, type ModuleTrust } from '../run/modules.ts';
import {
  anInteger,
  aPath,
  aString,
  eventsAndSignal,
  moduleTrust,
  oneOf,
  optional,
} from '../run/option-checks.ts';
import { expectFilePath, expectFolderPath } from '../run/out-path.ts';
import { otherPrecision } from '../run/precision-field.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';
import { anyChanges, sayChanges } from '../run/say-changes.ts';
import { oneField } from '../text/visible.ts';

/** Which features to write, and where. */
export interface EmbedOptions extends ModuleTrust {
  /** The folder of the run. */
  readonly run: string;
  /** The folder of a prepared data set. */
  readonly data: string;
  /** The checkpoint, as the number of epochs trained. Default: the last one. */
  readonly epoch?: number | undefined;
  /** The part of the data set. Default: 'test'. */
  readonly part?: Part | undefined;
  /** The benchmark. Default: the recipe's if the data set has it, else its only one. */
  readonly benchmark?: string | undefined;
  /**
   * `npy`: the file `out`, and `<out without .npy>.json` with names, labels and classes; `projector`: the folder `out` for
   * the TensorBoard projector.
   */
  readonly format: 'npy' | 'projector';
  /** The file or folder. */
  readonly out: string;
  /** Called with what was changed in clips. Default: none. */
  readonly onEvent?: ((event: Remark) => void) | undefined;
  /** Stops between two batches; nothing is written then. */
  readonly signal?: AbortSignal | undefined;
}

/** The clips whose features were written. */
export interface Embedded {
  /** n, the number of clips. */
  readonly clips: number;
  /** The data set's name. */
  readonly data: string;
  /** The benchmark. */
  readonly benchmark: string;
  /** The part of the data set. */
  readonly part: Part;
}

const checks: OptionChecks<EmbedOptions> = {
  ...moduleTrust,
  ...eventsAndSignal,
  run: aPath,
  data: aPath,
  epoch: optional(anInteger(0)),
  part: optional(oneOf(['train', 'test'])),
  benchmark: optional(aString),
  format: oneOf(['npy', 'projector']),
  out: aPath,
};

/**
 * Writes the features of every clip of one part of a data set, `[n, D]`, in the order of the data set.
 *
 * @throws FormatError if run or data set cannot be read.
 */
export async function embed(options: EmbedOptions): Promise<Embedded> {
  checkCall('embed', options, checks);
  expectRunning('embed');
  const { part = 'test', out, signal, onEvent = ignore } = options;
  await (options.format === 'npy' ? expectFilePath('embed', out) : expectFolderPath('embed', out));
  const run = await openRun(options.run);
  const recipe = recipeOfRun(run);
  const modules = await modulesOfRun(run, recipe, options, onEvent);
  const data = await evaluationData(
    recipe,
    trainedOn(run.manifest),
    options.data,
    options.benchmark,
  );
  const loaded = await loadEncoders(run, modules, options.epoch);
  try {
    const found = await partFeatures(loaded.encoders, recipe, data.open(part), modules, signal);
    await mkdir(options.format === 'npy' ? dirname(out) : out, { recursive: true });
    await (options.format === 'npy'
      ? writeNpy(out, found, await data.changes())
      : writeProjector(out, found));
    const clips = found.names.length;
    sayChanges([{ name: data.name, changes: await data.changes() }], onEvent);
    return { clips, data: data.name, benchmark: data.benchmark, part };
  } finally {
    loaded.dispose();
  }
}

async function writeNpy(
  out: string,
  { fused, names, classes }: PartFeatures,
  changes: ClipChanges,
): Promise<void> {
  const { features, labels } = fused;
  const shape = [labels.length, features.length / labels.length];
  const writer = await createNpyWriter(out, { dtype: 'float32', shape });
  try {
    await writer.append({ dtype: 'float32', shape, data: features });
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  const facts = {
    ...{ names, labels: [...labels], classes },
    changes: anyChanges(changes),
    precision: otherPrecision(),
  };
  await writeFileAtomic(`${out.replace(/\.npy$/, '')}.json`, `${JSON.stringify(facts)}\n`);
}

/** The files that TensorBoard's projector reads: https://www.tensorflow.org/tensorboard/tensorboard_projector_plugin. */
async function writeProjector(out: string, { fused, names, classes }: PartFeatures): Promise<void> {
  const { features, labels } = fused;
  const size = features.length / labels.length;
  const rows = Array.from(labels, (_, i) => features.subarray(i * size, (i + 1) * size).join('\t'));
  const metadata = [
    'name\tclass',
    ...names.map((name, i) => `${oneField(name)}\t${oneField(classes[labels[i] as number] ?? '')}`),
  ];
  await writeFileAtomic(join(out, 'tensors.tsv'), `${rows.join('\n')}\n`);
  await writeFileAtomic(join(out, 'metadata.tsv'), `${metadata.join('\n')}\n`);
  await writeFileAtomic(
    join(out, 'projector_config.pbtxt'),
    'embeddings {\n  tensor_name: "features"\n  tensor_path: "tensors.tsv"\n  metadata_path: "metadata.tsv"\n}\n',
  );
}
