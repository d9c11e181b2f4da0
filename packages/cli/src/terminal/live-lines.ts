import {
  createRecogniser,
  formatExamples,
  framesOfLines,
  type LessonReport,
  type RecogniserOptions,
  type Recognition,
  teachMovements,
} from '@halp/live';
import { oneField, writeOut } from '@halp/runs/check';
import type { ListeningOutput } from './listen.ts';
import { type StreamProblems, streamProblems } from './stream-problems.ts';

/** Recognises the frames of lines; writes a line of JSON for each recognition to standard output. */
export async function recogniseLines(
  lines: AsyncIterable<string>,
  options: RecogniserOptions,
  output: ListeningOutput,
): Promise<void> {
  const problems = streamProblems(output);
  const { onEvent } = problems;
  const recogniser = await createRecogniser({ ...options, onEvent });
  if (recogniser.examples.length > 0) sayReport(recogniser.report(), output);
  const counts = { frames: 0, recognitions: 0 };
  for await (const { joints, seconds } of framesOfLines(lines, onEvent)) {
    counts.frames++;
    const found = await recogniser.push(joints, seconds);
    if (found === undefined) continue;
    counts.recognitions++;
    process.stdout.write(`${recognitionLine(found)}\n`);
  }
  problems.summarise();
  expectFrames(counts.frames, problems);
  output.line(`${counts.frames} frames, ${counts.recognitions} recognitions`);
  output.result(counts);
}

/**
 * Adds each movement in the frames of lines to a file of examples.
 *
 * @throws RangeError if there is none; the file stays as it was.
 */
export async function teachLines(
  lines: AsyncIterable<string>,
  options: RecogniserOptions,
  output: ListeningOutput,
  { label, file }: { readonly label: string; readonly file: string },
): Promise<void> {
  const problems = streamProblems(output);
  const { onEvent } = problems;
  const recogniser = await createRecogniser({ ...options, onEvent });
  const { up, movement } = options;
  const before = recogniser.examples.length;
  let count = 0;
  const frames = counted(framesOfLines(lines, onEvent), () => count++);
  try {
    const taught = teachMovements(frames, { ...movement, recogniser, label, up, onEvent });
    for await (const { from, to } of taught) {
      output.line(`${oneField(label)}: a movement from ${from.toFixed(1)} to ${to.toFixed(1)} s`);
    }
  } catch (error) {
    problems.summarise();
    expectFrames(count, problems);
    throw error;
  }
  problems.summarise();
  if (recogniser.examples.length === before) {
    throw new RangeError(
      `live: expected a new movement of '${oneField(label)}', got only movements that were refused`,
    );
  }
  await writeOut(file, formatExamples(recogniser.lesson()));
  output.line(`wrote ${file}`);
  sayReport(recogniser.report(), output);
  output.result(recogniser.report());
}

async function* counted<Item>(
  items: AsyncIterable<Item>,
  onItem: () => void,
): AsyncGenerator<Item> {
  for await (const item of items) {
    onItem();
    yield item;
  }
}

/** @throws RangeError if no frame of a stream could be used. */
function expectFrames(count: number, { frames, lines }: StreamProblems): void {
  if (count > frames) return;
  const refused = [
    ...(frames > 0 ? [`${frames} refused frames`] : []),
    ...(lines > 0 ? [`${lines} other lines`] : []),
  ];
  throw new RangeError(
    `live: expected frames on standard input, got ${refused.join(' and ') || 'none'}`,
  );
}

/** A recognition as a line of JSON, rounded. */
function recognitionLine({
  label,
  confidence,
  from,
  to,
  milliseconds,
  final,
}: Recognition): string {
  const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
  return JSON.stringify({
    label,
    confidence: rounded(confidence, 3),
    ...{ from: rounded(from, 3), to: rounded(to, 3), milliseconds: rounded(milliseconds, 1) },
    final,
  });
}

function sayReport(report: LessonReport, output: ListeningOutput): void {
  for (const { label, examples } of report.labels) {
    output.line(oneField(`${label}: ${examples} ${examples === 1 ? 'example' : 'examples'}`));
  }
  const { accuracy, threshold } = report;
  if (report.labels.length === 1) output.line('1 label: teach at least one more');
  if (accuracy !== undefined) output.line(`leave-one-out accuracy ${accuracy.toFixed(2)}`);
  if (threshold !== undefined) output.line(`unknown below a score of ${threshold.toFixed(3)}`);
}
