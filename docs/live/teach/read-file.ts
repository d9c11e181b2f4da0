import type { io } from '@tensorflow/tfjs-core';
import { type Recording, selectBodies } from '@halp/data';
import { FormatError } from '@halp/files';
import { type ExamplesFile, parseExamples } from '@halp/live';
import type { Clip, Layout, LayoutName } from '@halp/skeleton';
import { fileSource } from '../clip/clips.ts';
import type { NamedBytes } from '../encoder/model.ts';
import { bytesOf } from '../limits.ts';
import { type OwnClip, ownClip } from '../reading/own-clip.ts';
import { readFile } from '../reading/read-file.ts';
import { liveliestPerson } from './liveliest-person.ts';

/** One person in front of a camera, once. */
export interface Take {
  /** Its name. */
  readonly name: string;
  /** Its action, if the name of the file tells it. */
  readonly action?: string | undefined;
  /** The joints. */
  readonly layout: LayoutName | Layout;
  /** `[3, T, V, 1]`, y up, 30 frames a second. */
  readonly clip: Clip;
  /** How many persons the file has. */
  readonly persons: number;
}

/** The content of a file that was dropped on this page. */
export type TeachFile =
  | { readonly kind: 'take'; readonly take: Take }
  | { readonly kind: 'lesson'; readonly lesson: ExamplesFile }
  | { readonly kind: 'encoder'; readonly file: NamedBytes }
  | { readonly kind: 'graph'; readonly name: string; readonly graph: io.ModelJSON };

/**
 * Parses a dropped file: a recording (`.skeleton`, `.csv`, or `.json` with a list of frames), a lesson (`.json` with clips), an
 * encoder (`.safetensors`), or the graph of a pose model (`.json` with a `modelTopology`).
 *
 * @throws FormatError if it is none of these or cannot be parsed.
 */
export async function readTeachFile(file: File): Promise<TeachFile> {
  const { name } = file;
  const [, stem = name, ending = ''] = /^(.*)\.([^.]*)$/.exec(name) ?? [];
  switch (ending.toLowerCase()) {
    case 'skeleton': {
      const { title, recording } = fileSource(await bytesOf(file), name);
      return { kind: 'take', take: takeOf(title, recording) };
    }
    case 'csv': {
      return { kind: 'take', take: ownTake(stem, ownClip(await bytesOf(file), name)) };
    }
    case 'json': {
      const bytes = await bytesOf(file);
      if (/^\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 64)))) {
        const graph = graphOf(bytes);
        if (graph !== undefined) return { kind: 'graph', name, graph };
        return { kind: 'lesson', lesson: parseExamples(bytes, name) };
      }
      return { kind: 'take', take: ownTake(stem, ownClip(bytes, name)) };
    }
    case 'safetensors': {
      const read = await readFile(file);
      if (read.kind === 'encoder') return { kind: 'encoder', file: read.file };
      throw new FormatError(name, 'expected the file of an encoder, got a classifier');
    }
    default:
      throw new FormatError(
        name,
        'expected a recording (.skeleton, .json, .csv), a lesson (.json), an encoder (.safetensors) or a video',
      );
  }
}

/** The graph model in a JSON file; undefined if it is something else. */
function graphOf(bytes: Uint8Array): io.ModelJSON | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const { modelTopology, weightsManifest } = json as Partial<io.ModelJSON>;
  const isGraph = typeof modelTopology === 'object' && Array.isArray(weightsManifest);
  return isGraph ? (json as io.ModelJSON) : undefined;
}

/** A recording as a take of the body that moves most. `title` is the name, with its class after a comma. */
export function takeOf(title: string, recording: Recording): Take {
  const [name = title, action] = title.split(', ');
  return {
    ...{ name, action, layout: 'kinect-v2' },
    clip: selectBodies(recording, 1),
    persons: Math.max(0, ...recording.frames.map(({ length }) => length)),
  };
}

function ownTake(name: string, own: OwnClip): Take {
  return { name, ...own, clip: liveliestPerson(own.clip) };
}
