import { clipOfJson, parseOwnClips } from '@halp/data';
import { FormatError, type TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import { expectText } from '@halp/random/check';
import { layoutOf, storedLayout } from '@halp/skeleton';
import type { Example } from './example.ts';
import { type ExamplesFile, type ExamplesToFormat, expectLesson } from './expect-lesson.ts';

/**
 * Examples as the text of one JSON file: a `clips.json` of own clips (see `halp prepare own`) of which every entry has the
 * frames of its clip as `frames`, in the form of an own JSON clip.
 *
 * `parseExamples` returns the same numbers, bit for bit. To prepare the clips as a data set, write the `frames` of each entry
 * to its `file` and leave `frames` out.
 *
 * @throws RangeError if a clip is not `[3, T, V, 1]` of finite numbers, has another layout, or a label is empty.
 */
export function formatExamples(lesson: ExamplesToFormat): string {
  const caller = 'formatExamples';
  const { name, layout, channels, fps, examples } = expectLesson(caller, lesson);
  const counts = new Map<string, number>();
  const clips = examples.map(({ label, clip }) => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    const file = `${[...counts.keys()].indexOf(label)}-${count}.json`;
    const entry = JSON.stringify({ file, label, split: 'train' });
    return `${entry.slice(0, -1)},"frames":${framesOf(clip)}}`;
  });
  const head = JSON.stringify({
    ...{ name, layout: storedLayout(layout), channels, fps, persons: 1 },
    classes: [...counts.keys()],
  });
  const text = `${head.slice(0, -1)},"clips":[${clips.join(',')}]}\n`;
  // The reader checks the other fields.
  parseExamples(text, caller);
  return text;
}

/**
 * The examples in the bytes of a file by {@link formatExamples}.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the file has another form, an entry has no frames or unknown fields, or a coordinate is not finite.
 */
export function parseExamples(input: TextBytes, path: string): ExamplesFile {
  const bytes = textFileBytes('parseExamples', input);
  expectText('parseExamples', 'a path', path);
  const { description, frames } = apart(bytes, path);
  const own = parseOwnClips(description, path);
  const [problem] = own.problems;
  if (problem !== undefined) throw new FormatError(path, problem.reason);
  if (own.persons !== 1) {
    throw new FormatError(path, `persons: expected 1 person, got ${own.persons}`);
  }
  const { name, layout, channels, fps, classes, clips } = own;
  const size = { joints: layoutOf(layout).joints.length, persons: 1 };
  const examples = clips.map(({ label, file }, i): Example => {
    const clip = clipOfJson(frames[i], `${path}: ${file}`, size);
    return { label: classes[label] as string, clip };
  });
  return { name, layout, channels, fps, examples };
}

/** The description without the frames, as `parseOwnClips` reads it, and the frames of each entry. */
function apart(
  bytes: Uint8Array,
  path: string,
): { readonly description: string; readonly frames: readonly unknown[] } {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new FormatError(path, 'expected a JSON file of examples, got another text');
  }
  const clips: unknown = (json as { readonly clips?: unknown } | null)?.clips;
  if (!Array.isArray(clips)) {
    throw new FormatError(path, 'expected examples { name, layout, fps, clips }, got no clips');
  }
  const frames: unknown[] = [];
  const entries = clips.map((entry: unknown, i) => {
    const { frames: own, ...rest } = (entry ?? {}) as { readonly frames?: unknown };
    if (!Array.isArray(own)) {
      throw new FormatError(path, `clips[${i}].frames: expected the frames of the clip, got none`);
    }
    frames.push(own);
    return rest;
  });
  return { description: JSON.stringify({ ...(json as object), clips: entries }), frames };
}

/** The frames of a clip of one person as lists in JSON, each number as the shortest text of the same float32. */
function framesOf({ data, shape: [, T, V] }: Example['clip']): string {
  const list = (length: number, item: (i: number) => string): string =>
    `[${Array.from({ length }, (_, i) => item(i)).join(',')}]`;
  return list(T, (t) =>
    list(V, (v) => list(3, (c) => shortest(data[(c * T + t) * V + v] as number))),
  );
}

function shortest(value: number): string {
  // JSON.stringify drops the sign of -0, which JSON.parse reads.
  if (Object.is(value, -0)) return '-0';
  for (let digits = 4; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return JSON.stringify(rounded);
  }
  return JSON.stringify(value);
}
