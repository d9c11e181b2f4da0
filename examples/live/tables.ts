import type { Row } from './measure.ts';

/** The rows as tables in Markdown, one for each data set. */
export function tablesOf(rows: readonly Row[]): string {
  const sets = [...new Set(rows.map(({ set }) => set))];
  return sets
    .map((set) => {
      const own = rows.filter((row) => row.set === set);
      const lines = own.map((row) => `| ${cellsOf(row).join(' | ')} |`);
      return [
        `## ${set}`,
        '',
        `| ${heads.join(' | ')} |`,
        `|${' --- |'.repeat(heads.length)}`,
        ...lines,
      ].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}

const heads = [
  ...['encoder', 'spans', 'by', 'examples', 'segments %', 'best label %', 'frames of actions %'],
  ...['frames of pauses %', 'delay s', 'false alarms a minute', 'leave-one-out %'],
];

function cellsOf(row: Row): readonly string[] {
  const percent = (value: number): string =>
    Number.isFinite(value) ? (100 * value).toFixed(1) : '–';
  return [
    ...[row.encoder, row.spans, row.by, String(row.examples)],
    `${percent(row.segments)} ± ${percent(row.deviation)}`,
    ...[
      percent(row.bestLabel),
      percent(row.actionFrames),
      percent(row.pauseFrames),
      row.delay.toFixed(2),
    ],
    ...[row.falseAlarms.toFixed(1), percent(row.leaveOneOut)],
  ];
}
