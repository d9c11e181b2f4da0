import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { readLayout } from '@halp/data/node';
import { type ExamplesFile, parseExamples, type RecogniserOptions } from '@halp/live';
import { expectFilePath, readInputText } from '@halp/runs/check';
import { loadClassifier, loadEncoder } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { common, type CommonOptions, guarded, positiveDecimal } from '../terminal/command-kit.ts';
import { recogniseLines, teachLines } from '../terminal/live-lines.ts';

interface LiveFlags extends CommonOptions {
  readonly run: string;
  readonly examples?: string;
  readonly teach?: string;
  readonly layout?: string;
  readonly up: NonNullable<RecogniserOptions['up']>;
  readonly spans: NonNullable<RecogniserOptions['spans']>;
  readonly by: NonNullable<RecogniserOptions['by']>;
  readonly window?: number;
  readonly hop?: number;
  readonly fps?: number;
  readonly movementStart?: number;
  readonly movementRest?: number;
}

/** Creates the command `halp live`. */
export function liveCommand(): Command {
  return common(new Command('live'), ['backend', 'modules'])
    .description('Recognise actions in a stream: lines of frames in, lines of labels out')
    .requiredOption(
      '--run <run>',
      'Folder of a run, or an exported encoder; without examples it needs a classifier',
    )
    .option('--examples <file>', 'JSON file with examples of your actions')
    .option('--teach <label>', 'Add each movement of the stream to the examples, with this label')
    .option(
      '--layout <name>',
      'Joints of a frame: name or JSON file (default: of the examples, else of the run)',
    )
    .addOption(
      choice('--up <axis>', 'Vertical axis; -y for landmarks of an image', ['y', '-y', 'z']),
    )
    .addOption(choice('--spans <what>', 'What is recognised', ['windows', 'movements']))
    .addOption(choice('--by <method>', 'How features are compared', ['ridge', 'nearest']))
    .option('--window <seconds>', 'Duration of a window (default: 2)', positiveDecimal)
    .option('--hop <seconds>', 'Time between two recognitions (default: 0.25)', positiveDecimal)
    .option(
      '--fps <rate>',
      'Frames a second of the training clips (default: of the examples, else 30)',
      positiveDecimal,
    )
    .option(
      '--movement-start <speed>',
      'Energy at which a movement begins, in metres a second (default: 0.6)',
      positiveDecimal,
    )
    .option(
      '--movement-rest <speed>',
      'Energy below which it ends, in metres a second (default: 0.4, or the start if lower)',
      positiveDecimal,
    )
    .action(async (flags: LiveFlags) => {
      await guarded(flags, async (output, signal) => {
        const { run, examples: file, teach, layout, allowModules } = flags;
        if (teach !== undefined && file === undefined) {
          throw new RangeError('live: expected --examples FILE with --teach, got none');
        }
        if (teach !== undefined && file !== undefined) await expectFilePath('live', file);
        const lesson = await lessonOf(file, teach !== undefined);
        const joints = layout?.endsWith('.json') === true ? await readLayout(layout) : layout;
        await announceBackend(flags.backend, output);
        const { onEvent } = output;
        const isTaught = file !== undefined;
        const load = isTaught ? loadEncoder : loadClassifier;
        const model = await load(run, { allowModules, onEvent });
        try {
          const options = {
            ...{ model, onEvent, lesson, layout: joints as RecogniserOptions['layout'] },
            ...{ up: flags.up, spans: flags.spans, by: flags.by },
            ...{ window: flags.window, hop: flags.hop, fps: flags.fps },
            movement: { start: flags.movementStart, rest: flags.movementRest },
          };
          const lines = createInterface({ input: process.stdin, signal });
          if (teach === undefined) await recogniseLines(lines, options, output);
          else await teachLines(lines, options, output, { label: teach, file: file as string });
        } finally {
          model.dispose();
        }
      });
    });
}

function choice(
  flags: string,
  description: string,
  choices: readonly [string, ...string[]],
): Option {
  return new Option(flags, description).choices([...choices]).default(choices[0]);
}

/** The examples of a file; undefined without one, or if a new file is to be written. */
async function lessonOf(
  file: string | undefined,
  isWritten: boolean,
): Promise<ExamplesFile | undefined> {
  if (file === undefined || (isWritten && !existsSync(file))) return undefined;
  return parseExamples(await readInputText(file, 'a file of examples'), file);
}
