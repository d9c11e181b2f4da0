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

/** Recognises the frames of lines; writes a line of JSON for each recognition to standard output. */
export async function recogniseLines(
  lines: AsyncIterable<string>,
  options: RecogniserOptions,
  output: ListeningOutput,
): Promise<void> {
  const recogniser = await createRecogniser(options);
  if (recogniser.examples.length > 0) sayReport(recogniser.report(), output);
  const counts = { frames: 0, recognitions: 0 };
  for await (const { joints, seconds } of framesOfLines(lines, output.onEvent)) {
    counts.frames++;
    const found = await recogniser.push(joints, seconds);
    if (found === undefined) continue;
    counts.recognitions++;
    process.stdout.write(`${recognitionLine(found)}\n`);
  }
  output.line(`${counts.frames} frames, ${counts.recognitions} recognitions`);
  output.result(counts);
}

/** Adds each movement in the frames of lines to a file of examples. */
export async function teachLines(
  lines: AsyncIterable<string>,
  options: RecogniserOptions,
  output: ListeningOutput,
  { label, file }: { readonly label: string; readonly file: string },
): Promise<void> {
  const recogniser = await createRecogniser(options);
  const { up, onEvent } = options;
  const frames = framesOfLines(lines, onEvent);
  for await (const { from, to } of teachMovements(frames, { recogniser, label, up, onEvent })) {
    output.line(`${oneField(label)}: a movement from ${from.toFixed(1)} to ${to.toFixed(1)} s`);
  }
  if (recogniser.examples.length > 0) {
    await writeOut(file, formatExamples(recogniser.lesson()));
    output.line(`wrote ${file}`);
  }
  sayReport(recogniser.report(), output);
  output.result(recogniser.report());
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
  if (accuracy !== undefined) output.line(`leave-one-out accuracy ${accuracy.toFixed(2)}`);
  if (threshold !== undefined) output.line(`unknown below a score of ${threshold.toFixed(3)}`);
}
