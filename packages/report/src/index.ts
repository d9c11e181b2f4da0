export { confusionChart, confusionTable } from './charts/confusion.ts';
export type { ConfusionInput } from './charts/confusion.ts';
export { curveChart } from './charts/curve-chart.ts';
export type { CurveOptions } from './charts/curve-chart.ts';
export { curvesOf } from './charts/curves.ts';
export type { Curve } from './charts/curves.ts';
export { mapFeatures } from './feature-map.ts';
export type { FeatureMap, FeatureMapOptions, LabelledFeatures, MapPoint } from './feature-map.ts';
export { perClassChart } from './charts/per-class.ts';
export type { ClassAccuracies } from './charts/per-class.ts';
export { renderReport } from './page/report.ts';
export type { ReportInput } from './page/report.ts';
export type {
  AccuracyInterval,
  LogEntry,
  OtherResult,
  ReportedEvaluation,
  ReportedProtocol,
  RunRecord,
} from './run.ts';
export {
  pairedDifference,
  type DifferenceInterval,
  type PairedDifference,
} from './table/paired-difference.ts';
export { spread } from './table/statistics.ts';
export type { Spread } from './table/statistics.ts';
export { protocolText, summaryTable } from './table/summary.ts';
export { tableToHtml } from './table/html.ts';
export { tableToMarkdown } from './table/markdown.ts';
export { tableToText } from './table/text.ts';
export type { Cell, Comparison, Reported, Table } from './table/table.ts';
