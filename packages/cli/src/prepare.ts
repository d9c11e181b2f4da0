import type { Manifest, SyntheticSize } from '@halp/data';
import { prepareNwUcla, prepareSynthetic, type Progress as PrepareProgress } from '@halp/data/node';
import type { Output } from './output.ts';
import { showProgress, type Progress } from './progress.ts';

/** The data sets that {@link prepare} knows. */
export type PreparableName = 'nw-ucla' | 'synthetic';

/** What to prepare, from where, to where. */
export interface PrepareCommand {
  /** Which data set. */
  readonly name: PreparableName;
  /** The folder of the raw files; for the synthetic set, where to write them first, if anywhere. */
  readonly raw?: string;
  /** The folder of the prepared set. */
  readonly out: string;
  /** The seed of the synthetic set; 0 unless given. */
  readonly seed?: number;
  /** Performers of the synthetic set, and takes by each of each action for each camera. */
  readonly size?: SyntheticSize;
  /** Stops between two clips. */
  readonly signal?: AbortSignal;
}

/**
 * Prepares a data set for training and returns what its `dataset.json` says.
 *
 * @throws FormatError if a raw file or folder is not what it should be.
 * @throws RangeError if `out` holds something else, or `raw` is missing.
 */
export async function prepare(command: PrepareCommand, output: Output): Promise<Manifest> {
  const { name, raw, out, seed = 0, size = {}, signal } = command;
  const { onProgress, stop } = stages(name, output);
  const common = { out, onProgress, ...(signal === undefined ? {} : { signal }) };
  try {
    const manifest = await run();
    stop();
    output.line(describe(manifest, out));
    return manifest;
  } finally {
    stop();
  }

  function run(): Promise<Manifest> {
    switch (name) {
      case 'nw-ucla':
        if (raw === undefined)
          throw new RangeError('prepare nw-ucla: expected --raw DIR, got none');
        return prepareNwUcla({ ...common, raw });
      case 'synthetic':
        return prepareSynthetic({
          ...common,
          ...size,
          seed,
          ...(raw === undefined ? {} : { raw }),
        });
    }
  }
}

function describe(manifest: Manifest, out: string): string {
  const splits = Object.entries(manifest.benchmarks).map(
    ([benchmark, { train, test }]) => `${benchmark} ${train.clips} train / ${test.clips} test`,
  );
  const missing = manifest.complete ? '' : '; the raw set is not complete';
  return `${out}: ${manifest.name}, ${manifest.classes.length} classes, ${splits.join(', ')}${missing}`;
}

/** One bar for each stage that reports. */
function stages(
  name: string,
  output: Output,
): { onProgress: (progress: PrepareProgress) => void; stop: () => void } {
  let current: { stage: string; bar: Progress } | undefined;
  const stop = (): void => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    onProgress({ stage, done, total }) {
      if (current?.stage !== stage) {
        stop();
        current = { stage, bar: showProgress(`${name}: ${stage}`, total, output) };
      }
      current.bar.update(done, `${done} of ${total} clips`);
    },
    stop,
  };
}
