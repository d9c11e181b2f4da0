import { FormatError, formatPyTorch } from '@halp/files';
import { mergeParams, stateArrays, toAuthors } from '@halp/nn';
import { exportOnnx } from '@halp/onnx';
import { formatEncoderFile, type Recipe } from '@halp/recipes';
import { layoutOf } from '@halp/skeleton';
import type { RunManifest, TrainingPosition } from '@halp/train';
import { openRun } from '@halp/train/node';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore, type Remark } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import {
  type LoadedEncoders,
  type LoadedTraining,
  loadEncoders,
  loadTraining,
} from '../run/load-run.ts';
import { modulesOfRun, type ModuleTrust } from '../run/modules.ts';
import {
  anInteger,
  aPath,
  eventsAndSignal,
  moduleTrust,
  oneOf,
  optional,
} from '../run/option-checks.ts';
import { expectFilePath, writeOut } from '../run/out-path.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';

/** The formats of {@link exportRun}. */
export const exportFormats = ['pytorch', 'safetensors', 'onnx'] as const;

/** What to export of a run, and where. */
export interface ExportOptions extends ModuleTrust {
  /** The folder of the run. */
  readonly run: string;
  /**
   * `pytorch`: the whole model with the names of the authors' code, `{ state_dict, epoch }`; `safetensors`: the encoder and
   * the run's manifest, for `parseEncoderFile` of `@halp/recipes`; `onnx`: the encoder in evaluation mode.
   */
  readonly format: (typeof exportFormats)[number];
  /** The file to write. */
  readonly out: string;
  /** The checkpoint, as the number of epochs trained. Default: the last one. */
  readonly epoch?: number | undefined;
  /** The encoder of a three-stream run, for formats other than PyTorch. Default: the joint one. */
  readonly stream?: 'joint' | 'motion' | 'bone' | undefined;
  /** Called with notes. Default: none. */
  readonly onEvent?: ((event: Remark) => void) | undefined;
  /** Stops before the file is written. */
  readonly signal?: AbortSignal | undefined;
}

/** An exported file. */
export interface ExportedRun {
  /** The recipe's name. */
  readonly recipe: string;
  /** The number of epochs trained. */
  readonly epoch: number;
  /** The size of the file in bytes. */
  readonly bytes: number;
}

const checks: OptionChecks<ExportOptions> = {
  ...moduleTrust,
  ...eventsAndSignal,
  run: aPath,
  format: oneOf(exportFormats),
  out: aPath,
  epoch: optional(anInteger(0)),
  stream: optional(oneOf(['joint', 'motion', 'bone'])),
};

/**
 * Exports a run to a file, which is written atomically.
 *
 * @throws FormatError if the run cannot be read, or has no such stream.
 */
export async function exportRun(options: ExportOptions): Promise<ExportedRun> {
  checkCall('exportRun', options, checks);
  expectRunning('exportRun');
  const { format, out, epoch, onEvent = ignore } = options;
  await expectFilePath('exportRun', out);
  const run = await openRun(options.run);
  const recipe = recipeOfRun(run);
  const modules = await modulesOfRun(run, recipe, options, onEvent);
  const what = { recipe, manifest: run.manifest, path: options.run };
  const { bytes, position } =
    format === 'pytorch'
      ? await wholeModel(await loadTraining(run, modules, epoch))
      : await oneEncoder(await loadEncoders(run, modules, epoch), what, options);
  await new Promise((resolve) => setImmediate(resolve));
  options.signal?.throwIfAborted();
  await writeOut(out, bytes);
  return { recipe: recipe.name, epoch: position.epoch, bytes: bytes.length };
}

interface Written {
  readonly bytes: Uint8Array;
  readonly position: TrainingPosition;
}

async function wholeModel({ training, position }: LoadedTraining): Promise<Written> {
  try {
    const { params, state } = training.objective;
    const tensors = toAuthors(await stateArrays(mergeParams(params, state)));
    const { epoch } = position;
    return { bytes: formatPyTorch({ epoch, state_dict: tensors }), position };
  } finally {
    training.dispose();
  }
}

interface ExportedOf {
  readonly recipe: Recipe;
  readonly manifest: RunManifest;
  readonly path: string;
}

async function oneEncoder(
  loaded: LoadedEncoders,
  { recipe, manifest, path }: ExportedOf,
  options: ExportOptions,
): Promise<Written> {
  try {
    const { encoders, position } = loaded;
    const { epoch } = position;
    const wanted = options.stream ?? encoders[0]?.stream;
    const found = encoders.find(({ stream }) => stream === wanted);
    if (found === undefined) {
      const streams = encoders.map(({ stream }) => stream).join(', ');
      throw new FormatError(path, `expected a run with the stream ${wanted}, got ${streams}`);
    }
    if (options.format === 'safetensors') {
      return { bytes: await formatEncoderFile({ ...found, manifest, epoch }), position };
    }
    const { layout, persons } = recipe.data;
    const { name: layoutName, joints } = layoutOf(layout);
    const bytes = await exportOnnx(found.encoder, {
      clips: { channels: 3, frames: framesOf(recipe), joints: joints.length, persons },
      name: recipe.name,
      metadata: {
        recipe: recipe.name,
        layout: layoutName,
        jointNames: JSON.stringify(joints),
        epoch: String(epoch),
        stream: found.stream,
      },
    });
    return { bytes, position };
  } finally {
    loaded.dispose();
  }
}

/** T, the number of frames in the evaluation view. */
function framesOf({ name, evaluation }: Recipe): number {
  const sizes = evaluation.view.flatMap((step) => ('size' in step ? [step.size] : []));
  const frames = sizes.at(-1);
  if (frames === undefined) {
    throw new RangeError(
      `exportRun: expected an evaluation view with a fixed number of frames, got none in the recipe ${name}`,
    );
  }
  return frames;
}
