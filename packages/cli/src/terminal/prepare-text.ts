import { type DataSetName, dataSetNamed, type Prepared, type Progress } from '@halp/data/node';
import { oneField } from '@halp/runs/check';
import { withFlags } from './option-flags.ts';
import { type Output } from './output.ts';
import { postureLines } from './posture-text.ts';
import { showProgress } from './progress.ts';

const MAX_SKIPPED_LINES = 5;

/** The summary of a set that was prepared into the folder `out`. */
export function preparedLines(
  name: DataSetName,
  out: string,
  prepared: Prepared,
): readonly string[] {
  const { manifest, skipped, excluded, empty, notes } = prepared;
  const splits = Object.entries(manifest.benchmarks).map(
    ([benchmark, { train, test }]) => `${benchmark} ${train.clips} train / ${test.clips} test`,
  );
  const incomplete = manifest.complete ? '' : '; the raw set is incomplete';
  const more = skipped.length - MAX_SKIPPED_LINES;
  return [
    ...excluded.map(({ files, reason }) => `left out: ${files} files, ${reason}`),
    ...(skipped.length === 0
      ? []
      : [`skipped: ${skipped.length} raw clips, listed in ${out}/skipped.json`]),
    ...skipped
      .slice(0, MAX_SKIPPED_LINES)
      .map(
        ({ file, clip, reason }) => `  ${file}${clip === undefined ? '' : ` ${clip}`}: ${reason}`,
      ),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(empty === 0 ? [] : [`${empty} ${empty === 1 ? 'clip is' : 'clips are'} empty (no person)`]),
    ...notes.map((note) => `note: ${withFlags(note)}`),
    `${out}: ${manifest.name}, ${manifest.classes.length} classes, ${splits.join(', ')}${incomplete}`,
    ...postureLinesOf(name, prepared),
  ].map(oneField);
}

function postureLinesOf(name: DataSetName, { manifest, posture }: Prepared): readonly string[] {
  if (posture === undefined) return [];
  const isChosen = dataSetNamed(name)?.options['normalisation'] !== undefined;
  return postureLines(posture, { normalisation: manifest.preparation.normalisation, isChosen });
}

/** Shows the progress of a preparation, one bar for each stage. */
export function preparationProgress(
  name: string,
  output: Output,
): { readonly onProgress: (progress: Progress) => void; readonly stop: () => void } {
  let current: { stage: string; bar: ReturnType<typeof showProgress>; started: number } | undefined;
  const stop = (): void => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    onProgress({ stage, done, total, resumed }) {
      if (current?.stage !== stage) {
        stop();
        if (resumed > 0) output.line(`${name}: resuming after ${resumed} clips`);
        const bar = showProgress(`${name}: ${stage}`, total, output, resumed);
        current = { stage, bar, started: performance.now() };
      }
      const seconds = (performance.now() - current.started) / 1000;
      // Too early to estimate a speed.
      const rate = seconds > 0.5 ? `  ${Math.round((done - resumed) / seconds)} clips/s` : '';
      current.bar.update(done, `${done} of ${total} clips${rate}`);
    },
    stop,
  };
}
