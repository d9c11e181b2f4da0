import { type Clip, layoutOf } from '@halp/skeleton';
import { type Normalisation, normalisations, ownPreparation } from '../../prepared/preparation.ts';
import type { DataSetRecord, RawFileClips, ReadRawClipsOptions } from '../../record/record.ts';
import { parseJson } from '../../text/json.ts';
import type { ClipSize } from './clip-size.ts';
import { parseClipCsv } from './csv.ts';
import { csvSize, jsonSize, type OwnClipSize } from './infer-size.ts';
import { parseClipJson } from './json.ts';
import { planOwnClips, readOwnClips } from './plan.ts';

/** Options that only `own` has. */
interface OwnClipsOptions {
  readonly normalisation?: Normalisation | undefined;
}

const described = 'set it in clips.json';

/** Folders of own clips. */
export const ownClips: DataSetRecord<'own', OwnClipsOptions, 'one'> = {
  reader: 'own-clips',
  title: 'own clips',
  sets: { own: { benchmarks: { split: undefined } } },
  raw: 'one',
  rawText: 'a folder of clips with a clips.json',
  options: {
    normalisation: {
      kind: 'choice',
      choices: normalisations,
      text: 'normalisation of the coordinates (default: upright)',
      advice: 'published sets have one normalisation',
    },
  },
  advice: { channels: described, layout: described, asName: described },
  plan: (_, { raw, normalisation }) => planOwnClips({ raw, normalisation }),
  read: readOwnClips,
  files: [
    {
      ending: '.csv',
      format: 'own clip',
      read: (bytes, path, options) =>
        clipsOf(
          csvSize(bytes, path, options.layout),
          (size) => parseClipCsv(bytes, path, size),
          options,
        ),
    },
    {
      ending: '.json',
      format: 'own clip',
      contents: { text: 'a list of frames', isIn: (json) => Array.isArray(json()) },
      read(bytes, path, options) {
        const size = jsonSize(parseJson(bytes, path) as readonly unknown[], path, options.layout);
        return clipsOf(size, (each) => parseClipJson(bytes, path, each), options);
      },
    },
  ],
};

/** The clip with the inferred layout and persons. */
function clipsOf(
  { layout, persons }: OwnClipSize,
  parse: (size: ClipSize) => Clip,
  { channels }: ReadRawClipsOptions,
): RawFileClips {
  const { joints, hasSpine } = layoutOf(layout);
  const clip = parse({ joints: joints.length, persons });
  const preparation = ownPreparation(channels ?? 'xyz');
  return {
    layout,
    preparation,
    clips: [{ clip, channelsStated: channels !== undefined || hasSpine }],
  };
}
