import { expectArray, expectOptions, type OptionNames } from '@halp/random/check';
import { inlineChart } from '../charts/chart.ts';
import { confusionChart, confusionTable, MAX_DRAWN } from '../charts/confusion.ts';
import { curveChart, drawnNames } from '../charts/curve-chart.ts';
import { curvesOf } from '../charts/curves.ts';
import { featureMapHtml, featureMapRules, featureMapText } from '../charts/feature-map-html.ts';
import { type ClassAccuracies, perClassChart } from '../charts/per-class.ts';
import { duration, escapeHtml, percent } from '../format.ts';
import { lineStyle } from '../palette.ts';
import type { ReportedEvaluation, RunRecord } from '../run.ts';
import { runLabels, runNames } from '../run.ts';
import { tableToHtml } from '../table/html.ts';
import { meaningText, othersTable, summaryTable } from '../table/summary.ts';
import type { Table } from '../table/table.ts';
import { manifestToHtml } from './manifest.ts';
import { page } from './page.ts';

/** Input of {@link renderReport}. */
export interface ReportInput {
  /** Heading and title of the page. */
  readonly title: string;
  /** One or two sentences below the heading. */
  readonly description?: string | undefined;
  /** The runs to compare, in the order of the table; an untrained encoder comes first. */
  readonly runs: readonly RunRecord[];
  /** Additional tables, such as one with reported numbers. */
  readonly tables?: readonly Table[];
  /** What is missing from the page and what it would need, one sentence each. */
  readonly missing?: readonly string[];
}

const optionNames: OptionNames<ReportInput> = {
  title: true,
  description: true,
  runs: true,
  tables: true,
  missing: true,
};

/**
 * A self-contained HTML report of runs: accuracies, curves of losses, accuracies and
 * learning rate, accuracies by class, confusion matrices, maps of the features, and the manifest of
 * every run.
 *
 * The page makes no request and has no script; it follows the light or dark setting of the system and
 * fits a phone. All text of the input is escaped.
 *
 * @throws RangeError if an accuracy is not a fraction, or a table or a confusion matrix is inconsistent.
 *
 * @example
 * ```ts
 * await writeFileAtomic('report.html', await renderReport({ title: 'Quickstart', runs }));
 * ```
 */
export async function renderReport(input: ReportInput): Promise<string> {
  expectOptions('renderReport', input, optionNames);
  expectArray('renderReport', 'runs as a list', input.runs);
  const { title, description, runs, tables = [], missing = [] } = input;
  const sections = [
    headerHtml(title, description, runs),
    warningsHtml(runs),
    missingHtml(missing),
    accuracyHtml(runs, tables),
    await curvesHtml(runs),
    await perClassHtml(runs),
    await confusionsHtml(runs),
    mapsHtml(runs),
    runsHtml(runs),
  ];
  const classes = Math.max(0, ...runs.map(({ map }) => map?.classes.length ?? 0));
  return page(
    title,
    sections.filter((section) => section !== '').join('\n'),
    featureMapRules(classes),
  );
}

function headerHtml(
  title: string,
  description: string | undefined,
  runs: readonly RunRecord[],
): string {
  const facts = new Set(runs.flatMap(({ evaluations }) => evaluations.map(factsText)));
  return [
    '<header>',
    `<h1>${escapeHtml(title)}</h1>`,
    description === undefined ? '' : `<p>${escapeHtml(description)}</p>`,
    ...[...facts].map((text) => `<p class="facts">${escapeHtml(text)}</p>`),
    '</header>',
  ].join('\n');
}

function factsText({ classes, counts }: ReportedEvaluation): string {
  return [
    `${classes.length} classes`,
    `${counts.test} test clips`,
    `chance ${percent(1 / classes.length)} %`,
  ].join(' · ');
}

function warningsHtml(runs: readonly RunRecord[]): string {
  const labels = runLabels(runs);
  const items = runs.flatMap(({ warnings = [] }, run) =>
    warnings.map((text) => `<li>${escapeHtml(`${labels[run] ?? ''}: ${text}`)}</li>`),
  );
  if (items.length === 0) return '';
  return `<aside class="card missing"><h2>Warnings</h2><ul>${items.join('')}</ul></aside>`;
}

function missingHtml(missing: readonly string[]): string {
  if (missing.length === 0) return '';
  const items = missing.map((text) => `<li>${escapeHtml(text)}</li>`);
  return `<aside class="card missing"><h2>Not shown</h2><ul>${items.join('')}</ul></aside>`;
}

function accuracyHtml(runs: readonly RunRecord[], tables: readonly Table[]): string {
  const evaluated = runs.some(({ evaluations }) => evaluations.length > 0);
  const all = [
    ...(evaluated ? [summaryTable(runs, 'Top-1 accuracy on the test part')] : []),
    ...(runs.some(({ others = [] }) => others.length > 0)
      ? [othersTable(runs, 'Other results, in %')]
      : []),
    ...tables,
  ];
  return section('Accuracy', all.map(tableToHtml).join('\n'));
}

async function curvesHtml(runs: readonly RunRecord[]): Promise<string> {
  const charts = await Promise.all(
    curvesOf(runs).map(async (curve, i) => {
      const svg = await curveChart(runs, curve, { labelled: false });
      const note = curve.note === undefined ? '' : `<p class="facts">${escapeHtml(curve.note)}</p>`;
      return figure(escapeHtml(curve.title), inlineChart(svg, `curve${i}`) + note);
    }),
  );
  if (charts.length === 0) return '';
  return section(
    'Training',
    `${legendHtml(drawnNames(runs))}<div class="grid">${charts.join('\n')}</div>`,
  );
}

function legendHtml(names: readonly string[]): string {
  const items = names.map((name) => {
    const { colour, dash } = lineStyle(names.indexOf(name));
    const line = `<path d="M0,4H26" stroke="${colour.light}" stroke-width="3" stroke-dasharray="${dash.join(' ')}"/>`;
    const sample = `<svg viewBox="0 0 26 8" aria-hidden="true">${line}</svg>`;
    return `<li>${sample}${escapeHtml(name)}</li>`;
  });
  return `<ul class="legend chart">${items.join('')}</ul>`;
}

/** All names, each with its colour in the curves, if it has one. */
function colouredNames(runs: readonly RunRecord[]): string[] {
  return [...new Set([...drawnNames(runs), ...runNames(runs)])];
}

/** One chart for each protocol and set of classes, since only these runs are comparable. */
async function perClassHtml(runs: readonly RunRecord[]): Promise<string> {
  const names = colouredNames(runs);
  const groups = new Map<string, { readonly caption: string; readonly of: ClassAccuracies[] }>();
  for (const { name, evaluations } of runs) {
    for (const evaluation of evaluations) {
      const { classes, perClass } = evaluation;
      const caption = meaningText(evaluation);
      const key = JSON.stringify([caption, classes]);
      const group = groups.get(key) ?? { caption, of: [] };
      group.of.push({ name, classes, perClass });
      groups.set(key, group);
    }
  }
  const charts = await Promise.all(
    [...groups.values()].map(async ({ caption, of }, i) => {
      const svg = await perClassChart(of, names);
      return figure(escapeHtml(caption), inlineChart(svg, `class${i}`));
    }),
  );
  if (charts.length === 0) return '';
  const note = '<p class="facts">One dot is one run; the best class comes first.</p>';
  const content = `${note}${legendHtml(names)}<div class="grid wide">${charts.join('\n')}</div>`;
  return section('Accuracy by class', content);
}

async function confusionsHtml(runs: readonly RunRecord[]): Promise<string> {
  const labels = runLabels(runs);
  const groups = await Promise.all(
    runs.map(async ({ evaluations }, run) => {
      const charts = await Promise.all(
        evaluations.map(async (evaluation, i) => {
          const caption = `${meaningText(evaluation)}: ${percent(evaluation.accuracy)} %`;
          const content =
            evaluation.classes.length > MAX_DRAWN
              ? confusionTable(evaluation)
              : inlineChart(await confusionChart(evaluation), `confusion${run}-${i}`);
          return figure(escapeHtml(caption), content);
        }),
      );
      if (charts.length === 0) return '';
      const open = run === runs.length - 1 ? ' open' : '';
      return `<details${open}><summary>${escapeHtml(labels[run] ?? '')}</summary><div class="grid wide">${charts.join('\n')}</div></details>`;
    }),
  );
  const note =
    '<p class="facts">True classes in rows, predicted ones in columns; the shade is the share of the row. With more than 150 classes, the most frequent confusions are listed.</p>';
  const content = groups.filter((group) => group !== '').join('\n');
  return content === '' ? '' : section('Confusion', note + content);
}

function mapsHtml(runs: readonly RunRecord[]): string {
  const labels = runLabels(runs);
  const drawn = runs.flatMap(({ map }, run) => (map === undefined ? [] : [{ map, run }]));
  const maps = drawn.map(({ map, run }, i) => {
    const caption = escapeHtml(featureMapText(map));
    const open = i === drawn.length - 1 ? ' open' : '';
    return `<details${open}><summary>${escapeHtml(labels[run] ?? '')}</summary>${featureMapHtml(map, `map${run}`, caption)}</details>`;
  });
  const note =
    '<p class="facts">Clips with similar features are near each other; distances between groups, sizes of groups and directions have no meaning. Choose a class to highlight it.</p>';
  return maps.length === 0 ? '' : section('Features', note + maps.join('\n'));
}

function runsHtml(runs: readonly RunRecord[]): string {
  const labels = runLabels(runs);
  const items = runs.map(
    ({ manifest, log }, run) =>
      `<details><summary>${escapeHtml(labels[run] ?? '')}<span class="facts">${escapeHtml(logText(log))}</span></summary>` +
      `<div class="groups">${manifestToHtml(manifest)}</div></details>`,
  );
  return section('Runs', items.join('\n'));
}

function logText(log: RunRecord['log']): string {
  const seconds = log.reduce((sum, entry) => sum + entry.seconds, 0);
  const clips = log.reduce((sum, entry) => sum + entry.seconds * entry.clipsPerSecond, 0);
  if (log.length === 0) return 'no training';
  const speed = seconds > 0 ? [`${Math.round(clips / seconds)} clips/s`] : [];
  return [`${log.length} epochs`, duration(seconds), ...speed].join(' · ');
}

function figure(caption: string, svg: string): string {
  return `<figure class="card"><figcaption>${caption}</figcaption><div class="chart">${svg}</div></figure>`;
}

function section(title: string, content: string): string {
  return content === '' ? '' : `<section><h2>${title}</h2>\n${content}</section>`;
}
