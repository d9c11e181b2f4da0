import { describe, expect, it } from 'vitest';
import { collapseOf, collapseText, type EpochReport } from '../../src/index.ts';

interface Facts {
  readonly loss: number;
  readonly rank: number;
  readonly uniformity: number;
  readonly halp?: number;
}

/** A log with these numbers per epoch; `undefined` for an epoch without measurement. */
function logOf(...epochs: readonly (Facts | undefined)[]): EpochReport[] {
  return epochs.map((facts, epoch) => {
    const { loss = 5, halp, rank, uniformity } = facts ?? {};
    return {
      ...{ epoch, step: epoch + 1, samples: epoch + 1, learningRate: 0.01 },
      ...{ seconds: 1, clipsPerSecond: 1 },
      losses: {
        total: loss + (halp ?? 0),
        infonce: loss,
        ...(halp === undefined ? {} : { halp }),
      },
      metrics:
        rank === undefined || uniformity === undefined
          ? {}
          : { 'rankme-embeddings': rank, 'rankme-features': 40, uniformity, alignment: 0.1 },
    };
  });
}

const good: Facts = { loss: 4.6, rank: 10, uniformity: -0.4 };
const beginning: Facts = { loss: 5.2, rank: 25, uniformity: -0.5 };
const collapsed: Facts = { loss: 5.3, rank: 4, uniformity: -0.1 };

describe('collapseOf', () => {
  it('finds the first epoch with rank and uniformity below half of those of the best epoch', () => {
    const log = logOf(beginning, good, undefined, { ...collapsed, halp: -14 }, collapsed);
    expect(collapseOf(log)).toEqual({
      epoch: 3,
      stream: '',
      rank: 4,
      uniformity: -0.1,
      reference: { epoch: 1, rank: 10, uniformity: -0.4 },
    });
  });

  it('finds none if only one of the two has dropped, or nothing was measured', () => {
    const [rank, uniformity] = [
      { ...collapsed, uniformity: -0.3 },
      { ...collapsed, rank: 8 },
    ];
    expect(collapseOf(logOf(beginning, good, rank, uniformity))).toBeUndefined();
    expect(collapseOf(logOf(undefined, undefined))).toBeUndefined();
    expect(collapseOf([])).toBeUndefined();
  });

  it('has no reference epoch before the loss decreases, since the rank of MoCo decreases at first', () => {
    const first = logOf(beginning, { ...collapsed, loss: 5.4 }, { ...collapsed, loss: 5.3 });
    expect(collapseOf(first)).toBeUndefined();
  });

  it('excludes the HaLP term from the loss that selects the best epoch', () => {
    const worse: Facts = { loss: 5.0, halp: -11, rank: 7, uniformity: -0.3 };
    // Half of the values at the best epoch, not at the epoch with the lowest total.
    const log = logOf(beginning, good, worse, { ...collapsed, rank: 4.9, halp: -14 });
    expect(collapseOf(log)?.reference.epoch).toBe(1);
    const better = logOf(beginning, good, { loss: 4.4, rank: 7, uniformity: -0.15 }, collapsed);
    expect(collapseOf(better)).toBeUndefined();
  });

  it('detects a collapse within an epoch that has the best mean loss', () => {
    const log = logOf(beginning, good, { ...collapsed, loss: 4.5 }, { ...collapsed, loss: 5.4 });
    expect(collapseOf(log)).toMatchObject({ epoch: 2, reference: { epoch: 1 } });
  });

  it('compares a branch with its starting point, from its first epoch', () => {
    const start = { epoch: 150, loss: 4.6, metrics: logOf(good)[0]!.metrics };
    const log = logOf({ ...collapsed, halp: -14 }).map((each) => ({ ...each, epoch: 150 }));
    expect(collapseOf(log)).toBeUndefined();
    expect(collapseOf(log, start)).toMatchObject({
      epoch: 150,
      reference: { epoch: 149, rank: 10 },
    });
    expect(collapseOf(log, { ...start, metrics: {} })).toBeUndefined();
  });

  it('keeps a starting point with unknown loss as the reference', () => {
    const start = { epoch: 150, metrics: logOf(good)[0]!.metrics };
    const log = logOf({ ...collapsed, loss: 1 }).map((each) => ({ ...each, epoch: 150 }));
    expect(collapseOf(log, start)?.reference.epoch).toBe(149);
  });

  it('uses the epoch of the highest rank if a collapse lowers the loss, as for BYOL', () => {
    const byol = (loss: number, rank: number, uniformity: number) => {
      const [report] = logOf({ loss, rank, uniformity }) as [EpochReport];
      return { ...report, losses: { total: loss, byol: loss } };
    };
    const log = [byol(1, 30, -0.8), byol(0.5, 20, -0.7), byol(0.01, 2, -0.01)];
    const numbered = log.map((each, epoch) => ({ ...each, epoch }));
    expect(collapseOf(numbered)).toMatchObject({ epoch: 2, reference: { epoch: 1, rank: 20 } });
  });

  it('checks every stream and names the first collapsed stream', () => {
    const streams = (joint: Facts, motion: Facts): EpochReport['metrics'] =>
      Object.fromEntries(
        Object.entries({ joint, motion }).flatMap(([stream, { rank, uniformity }]) => [
          [`rankme-embeddings_${stream}`, rank],
          [`uniformity_${stream}`, uniformity],
        ]),
      );
    const log = logOf(beginning, good, collapsed).map((each, i) => ({
      ...each,
      metrics: streams(good, [beginning, good, collapsed][i] as Facts),
    }));
    expect(collapseOf(log)).toMatchObject({ epoch: 2, stream: 'motion', rank: 4 });
  });
});

describe('the runs on which the thresholds were chosen', () => {
  // docs/results.md: epochs, InfoNCE, RankMe and uniformity of the committed recipes, seed 0.
  type Row = readonly [epoch: number, loss: number, rank: number, uniformity: number];
  const logFrom = (rows: readonly Row[], halp?: number): EpochReport[] =>
    rows.flatMap(([epoch, loss, rank, uniformity]) =>
      logOf({ loss, rank, uniformity, ...(halp === undefined ? {} : { halp }) }).map((each) => ({
        ...each,
        epoch: epoch - 1,
      })),
    );
  const startFrom = ([epoch, loss, rank, uniformity]: Row) => ({
    epoch,
    loss,
    metrics: { 'rankme-embeddings': rank, uniformity },
  });
  const utdMoco: Row[] = [
    [4, 5.34, 15.83, -0.198],
    [8, 5.4, 12.54, -0.116],
    [12, 5.39, 11.3, -0.109],
    [16, 5.33, 9.38, -0.088],
    [20, 5.31, 8.77, -0.092],
    [24, 5.26, 7.96, -0.094],
    [40, 4.96, 7.79, -0.118],
    [80, 4.84, 8.6, -0.206],
    [120, 4.75, 8.52, -0.305],
    [150, 4.56, 9.41, -0.408],
    [180, 4.6, 8.0, -0.326],
    [300, 4.95, 12.67, -0.605],
  ];
  const [nwBranch, utdBranch]: [Row, Row] = [
    [150, 4.97, 47.25, -1.548],
    [150, 4.56, 9.41, -0.408],
  ];

  it('warn with mu = 1 six epochs after the branch', () => {
    const utd = logFrom(
      [
        [152, 5.09, 4.91, -0.186],
        [156, 5.19, 4.19, -0.152],
      ],
      -13.9,
    );
    const nw = logFrom(
      [
        [152, 5.18, 27.45, -0.501],
        [156, 5.38, 23.15, -0.418],
      ],
      -13.3,
    );
    expect(collapseOf(utd, startFrom(utdBranch))).toMatchObject({ epoch: 155 });
    expect(collapseOf(nw, startFrom(nwBranch))).toMatchObject({ epoch: 155 });
  });

  it('do not warn with mu = 0.1, nor for MoCo, which loses half of its rank in the first epochs', () => {
    const utd = logFrom(
      [
        [156, 5.1, 7.87, -0.331],
        [300, 4.93, 10.68, -0.501],
      ],
      -1.3,
    );
    const nw = logFrom(
      [
        [156, 4.95, 42.15, -1.231],
        [240, 4.77, 41.01, -1.39],
      ],
      -1.2,
    );
    expect(collapseOf(utd, startFrom(utdBranch))).toBeUndefined();
    expect(collapseOf(nw, startFrom(nwBranch))).toBeUndefined();
    expect(collapseOf(logFrom(utdMoco))).toBeUndefined();
  });
});

describe('collapseText', () => {
  const collapse = collapseOf(logOf(beginning, good, { ...collapsed, halp: -14 }))!;

  it('names the observation, the reference and the remedy', () => {
    expect(collapseText(collapse, { halp: true })).toBe(
      'the embeddings collapse: effective rank 4.0 at epoch 3, 10.0 at epoch 2; ' +
        'uniformity -0.10, -0.40 then; lower mu (the weight of the HaLP term), or start the term later',
    );
  });

  it('names the stream, and another remedy without the HaLP term', () => {
    expect(collapseText({ ...collapse, stream: 'motion' }, { halp: false })).toBe(
      'the embeddings of motion collapse: effective rank 4.0 at epoch 3, 10.0 at epoch 2; ' +
        'uniformity -0.10, -0.40 then; lower the learning rate, or use weaker views',
    );
  });
});
