import { FormatError, formatPyTorch } from '@halp/files';
import { mergeParams, stateArrays, toAuthors } from '@halp/nn';
import { exportOnnx } from '@halp/onnx';
import { formatEncoderFile, type Recipe, type StreamEncoder } from '@halp/recipes';
import { layoutOf } from '@halp/skeleton';
import { openRun } from '@halp/train/node';
import { expectOneOf } from '@halp/random/check';
import { checkCall } from '../run/check-call.ts';
import { loadRun } from '../run/load-run.ts';
import { expectFilePath, writeOut } from '../run/out-path.ts';
import { ignore, type Remark } from '../run/events.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';
import { modulesOfRun, type ModuleTrust } from '../run/modules.ts';

/** The formats of {@link exportRun}. */
export const exportFormats = ['pytorch', 'safetensors', 'onnx'] as const;

/** What to write of a run, and where. */
export interface ExportOptions extends ModuleTrust {
  /** The folder of the run. */
  readonly run: string;
  /**
   * `pytorch`: the whole model under the names of the authors' code, `{ state_dict, epoch }`; `safetensors`: the encoder and
   * the run's manifest, which `parseEncoderFile` of `@halp/recipes` reads; `onnx`: what the encoder computes in evaluation.
   */
  readonly format: (typeof exportFormats)[number];
  /** The file that is written. */
  readonly out: string;
  /** The epochs of training after which; the last checkpoint unless given. */
  readonly epoch?: number | undefined;
  /** Which encoder of a run of three streams, for all formats but PyTorch; the joint one unless given. */
  readonly stream?: 'joint' | 'motion' | 'bone' | undefined;
  /** Hears what is assumed. Default: nobody. */
  readonly onEvent?: ((event: Remark) => void) | undefined;
  /** Stops before the file is written. */
  readonly signal?: AbortSignal | undefined;
}

/** A file that was written of a run. */
export interface ExportedRun {
  /** The recipe's name. */
  readonly recipe: string;
  /** The epochs of training after which. */
  readonly epoch: number;
  /** The size of the file in bytes. */
  readonly bytes: number;
}

/**
 * Writes a run in a format that others read, as a whole or not at all.
 *
 * @throws FormatError if the run cannot be read, or has no such stream.
 */
export async function exportRun(options: ExportOptions): Promise<ExportedRun> {
  checkCall('exportRun', options, { texts: ['run', 'out'], integers: { epoch: 0 } });
  expectOneOf('exportRun', 'format', options.format, exportFormats);
  const { format, out, epoch, onEvent = ignore } = options;
  await expectFilePath('export', out);
  const run = await openRun(options.run);
  const recipe = recipeOfRun(run);
  const modules = await modulesOfRun(run, recipe, options, onEvent);
  const { training, position } = await loadRun(run, modules, epoch);
  try {
    const metadata = {
      recipe: recipe.name,
      layout: recipe.data.layout,
      epoch: String(position.epoch),
    };
    const encoderNamed = (): StreamEncoder => {
      const wanted = options.stream ?? training.encoders[0]?.stream;
      const found = training.encoders.find(({ stream }) => stream === wanted);
      if (found !== undefined) return found;
      const streams = training.encoders.map(({ stream }) => stream).join(', ');
      throw new FormatError(options.run, `expected a run of the stream ${wanted}, got ${streams}`);
    };
    let bytes: Uint8Array;
    switch (format) {
      case 'pytorch': {
        const { params, state } = training.objective;
        const tensors = toAuthors(await stateArrays(mergeParams(params, state)));
        bytes = formatPyTorch({ epoch: position.epoch, state_dict: tensors });
        break;
      }
      case 'safetensors': {
        const { epoch } = position;
        bytes = await formatEncoderFile({ ...encoderNamed(), manifest: run.manifest, epoch });
        break;
      }
      case 'onnx': {
        const { stream, encoder } = encoderNamed();
        const joints = layoutOf(recipe.data.layout).joints.length;
        const frames = framesOf(recipe);
        const clips = { channels: 3, frames, joints, persons: recipe.data.persons };
        bytes = await exportOnnx(encoder, {
          clips,
          name: recipe.name,
          metadata: { ...metadata, stream },
        });
        break;
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
    await writeOut(out, bytes);
    return { recipe: recipe.name, epoch: position.epoch, bytes: bytes.length };
  } finally {
    training.dispose();
  }
}

/** T of the clips that the evaluation view gives. */
function framesOf({ name, evaluation }: Recipe): number {
  const sizes = evaluation.view.flatMap((step) => ('size' in step ? [step.size] : []));
  const frames = sizes.at(-1);
  if (frames === undefined) {
    throw new RangeError(`recipe ${name}: expected an evaluation view of a fixed number of frames`);
  }
  return frames;
}
