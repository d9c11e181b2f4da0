import { extname } from 'node:path';
import {
  checkPipeline,
  compilePipeline,
  isViewName,
  modulesOfPipeline,
  type Pipeline,
  type ViewName,
  viewNamed,
  viewNames,
} from '@halp/augment';
import { preparedClip } from '@halp/data';
import { FormatError } from '@halp/files';
import { createRandom } from '@halp/random';
import { expectObject } from '@halp/random/check';
import { layoutOf } from '@halp/skeleton';
import { filmstrip, player, type PlayerClip } from '@halp/viewer';
import { stacked } from '../draw/stacked.ts';
import { viewOf } from '../draw/view-of.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { aFlag, anInteger, aPath, optional } from '../run/option-checks.ts';
import { expectFilePath, writeOut } from '../run/out-path.ts';
import { readInputText } from '../run/read-input.ts';
import type { Inspection } from './inspect.ts';

/** How a clip is drawn. */
export interface DrawOptions {
  /** The file to write: `.svg` for a filmstrip, `.html` for a player. */
  readonly file: string;
  /** A pipeline, by name or as a JSON file; the clip is drawn before and after it. Default: none. */
  readonly pipeline?: string | undefined;
  /** Whether the modules that the JSON file names are imported. Default: false. */
  readonly allowModules?: boolean | undefined;
  /** The random seed of the pipeline. Default: 0. */
  readonly seed?: number | undefined;
}

const checks: OptionChecks<DrawOptions> = {
  file: aPath,
  pipeline: optional(aPath),
  allowModules: optional(aFlag),
  seed: optional(anInteger(0)),
};

/** The pipelines that {@link drawClip} takes by name. */
export const namedPipelines: readonly ViewName[] = viewNames;

/**
 * Writes a picture of an inspected clip; with a pipeline, of the clip before and after it. A pipeline gets clips as training
 * does: a raw clip is prepared first, as `prepare` does by default.
 *
 * @param inspection - What `inspect` found.
 * @throws RangeError if the file is neither `.svg` nor `.html`, or the pipeline does not fit the clip.
 */
export async function drawClip(inspection: Inspection, options: DrawOptions): Promise<void> {
  expectObject('drawClip', inspection, 'what inspect has found');
  checkCall('drawClip', options, checks);
  const { file, pipeline, allowModules = false, seed = 0 } = options;
  await expectFilePath('drawClip', file);
  const { name, className } = inspection.clip;
  const layout = layoutOf(inspection.layout);
  const title = className === undefined ? name : `${name}, ${className}`;
  const clips =
    pipeline === undefined
      ? [{ clip: inspection.clip.clip, caption: title }]
      : await beforeAndAfter(inspection, pipeline, { seed, allowModules });
  // The same view for both clips, because a pipeline may rotate a clip.
  const view = viewOf(pipeline === undefined ? inspection.preparation : inspection.preparedAs);
  switch (extname(file).toLowerCase()) {
    case '.html':
      return writeOut(file, player(clips, layout, { title, ...view }));
    case '.svg':
      return writeOut(
        file,
        stacked(
          clips.map((each) => filmstrip(each.clip, layout, { title: each.caption, ...view })),
        ),
      );
    default:
      throw new RangeError(`inspect: expected option draw = FILE.svg or FILE.html, got ${file}`);
  }
}

/** The clip as training gives it to a pipeline, and what the pipeline makes of it. */
async function beforeAndAfter(
  inspection: Inspection,
  pipeline: string,
  { seed, allowModules }: { readonly seed: number; readonly allowModules: boolean },
): Promise<readonly PlayerClip[]> {
  const { layout, preparation, preparedAs, clip: inspected } = inspection;
  const isPrepared = preparation.normalisation === preparedAs.normalisation;
  const before = isPrepared ? inspected.clip : preparedClip(inspected.clip, layout, preparedAs);
  const steps = await pipelineNamed(pipeline, inspection);
  const modules = allowModules ? modulesOfPipeline(steps).map(({ module }) => module) : [];
  const transform = await compilePipeline(steps, { modules });
  return [
    {
      clip: before,
      caption: isPrepared ? 'before' : `before, prepared (${preparedAs.normalisation})`,
    },
    { clip: transform(before, createRandom(seed)), caption: `after ${pipeline}, seed ${seed}` },
  ];
}

async function pipelineNamed(name: string, { layout }: Inspection): Promise<Pipeline> {
  const joints = layoutOf(layout).joints.length;
  const isNamed = isViewName(name);
  if (!isNamed && extname(name) !== '.json') {
    throw new RangeError(
      `inspect: expected option augment among ${namedPipelines.join(', ')} or a JSON file, got ${name}`,
    );
  }
  const pipeline = isNamed
    ? viewNamed(name, layout)
    : pipelineIn(await readInputText(name, 'a pipeline'), name);
  checkPipeline(pipeline, { joints });
  return pipeline;
}

function pipelineIn(text: string, path: string): Pipeline {
  try {
    return JSON.parse(text) as Pipeline;
  } catch (error) {
    const problem = (error as Error).message.replaceAll(/\s+/g, ' ');
    throw new FormatError(path, `expected the JSON of a pipeline, got ${problem}`);
  }
}
