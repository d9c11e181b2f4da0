import { escapeHtml } from '../format.ts';
import { darkRules } from '../palette.ts';

/**
 * A whole HTML page that loads nothing: inline styles, no script, and a content security policy that forbids requests and
 * scripts.
 *
 * @param title - escaped here.
 * @param body - HTML that is already safe.
 * @param rules - further style rules.
 */
export function page(title: string, body: string, rules = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
${styles}
${rules}
@media (prefers-color-scheme: dark) {
${darkRules()}
}
</style>
</head>
<body>
${body}
</body>
</html>
`;
}

const styles = `
:root {
  color-scheme: light dark;
  --page: #fbfcfd; --card: #ffffff; --text: #1d2530; --muted: #5f6b7a; --line: #e4e8ed;
  --bar: #0072b2;
  --space: clamp(16px, 4vw, 40px);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11151a; --card: #181d23; --text: #e7eaee; --muted: #9aa5b3; --line: #2b323b;
    --bar: #5ab4f0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1120px; padding: var(--space) var(--space) 64px;
  background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
h1 { font-size: clamp(24px, 4vw, 32px); line-height: 1.2; font-weight: 600; margin: 0 0 8px; letter-spacing: -0.01em; }
h2 { font-size: 18px; font-weight: 600; margin: 48px 0 16px; }
h3, h4 { font-size: 13px; font-weight: 600; margin: 0 0 6px; color: var(--muted); }
p { margin: 0 0 8px; max-width: 70ch; }
small, .facts, .remark, .notes, figcaption { color: var(--muted); font-size: 13px; }
figure { margin: 0; min-width: 0; }
figcaption { margin-bottom: 8px; }
.scroll { overflow-x: auto; }
.card, figure.table, details {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 20px;
}
figure.table + figure.table { margin-top: 16px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 10px 16px 10px 0; text-align: left; vertical-align: top; }
tr > :last-child { padding-right: 0; }
tbody tr { border-top: 1px solid var(--line); }
thead th { font-size: 13px; font-weight: 400; color: var(--muted); vertical-align: bottom; }
thead small { display: block; font-size: 12px; }
tbody th { font-weight: 600; min-width: 7ch; }
td { min-width: 15ch; }
td .value { font-weight: 600; }
td sup, th sup { font-size: 11px; font-weight: 400; color: var(--muted); line-height: 0; }
td.empty { color: var(--muted); }
.bar { display: block; height: 4px; margin-top: 6px; border-radius: 2px; background: var(--line); overflow: hidden; }
.bar > span { display: block; height: 100%; border-radius: 2px; background: var(--bar); }
.notes { margin: 12px 0 0; padding-left: 20px; }
.remark { margin: 8px 0 0; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 0 0 14px; padding: 0; list-style: none; font-size: 14px; }
.legend svg { width: 26px; height: 8px; margin-right: 8px; vertical-align: middle; }
.grid { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 310px), 1fr)); }
.grid.wide { gap: 24px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); }
.grid .card { padding: 14px 16px 10px; }
details .card, details .grid .card { border: 0; padding: 0; }
.card .chart svg { display: block; width: 100%; height: auto; max-width: 640px; }
.chart text { font-family: system-ui, -apple-system, 'Segoe UI', sans-serif; font-variant-numeric: tabular-nums; }
.grid figcaption { color: var(--text); font-size: 14px; }
details + details { margin-top: 10px; }
summary { cursor: pointer; }
summary .facts { margin-left: 8px; }
details[open] summary { margin-bottom: 16px; }
.groups { columns: 2 340px; column-gap: 40px; }
.group { break-inside: avoid; margin-bottom: 18px; }
dl { margin: 0; font-size: 13px; }
dl div { display: flex; gap: 12px; padding: 3px 0; border-top: 1px solid var(--line); }
dt { flex: 0 0 40%; color: var(--muted); overflow-wrap: anywhere; }
dd { margin: 0; flex: 1; min-width: 0; overflow-wrap: anywhere; }
a { color: inherit; }
:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; border-radius: 4px; }
.missing { margin-top: 24px; border-left: 3px solid var(--bar); }
.missing h2 { margin: 0 0 6px; font-size: 14px; }
.missing ul { margin: 0; padding-left: 20px; font-size: 14px; }
.map-body { display: grid; gap: 16px 32px; grid-template-columns: minmax(0, 560px) minmax(200px, 1fr); align-items: start; }
.map g { transition: opacity .12s; }
fieldset { margin: 0; padding: 0; border: 0; min-width: 0; font-size: 13px; columns: auto 190px; column-gap: 16px; }
legend { padding: 0; margin-bottom: 6px; color: var(--muted); }
fieldset label { display: flex; align-items: center; gap: 6px; padding: 3px 0; cursor: pointer; break-inside: avoid; }
.map fieldset.chart svg { flex: none; width: 13px; height: 13px; }
fieldset label span { flex: 1; min-width: 0; overflow-wrap: anywhere; }
fieldset input { margin: 0 2px 0 0; accent-color: var(--bar); }
footer { margin-top: 48px; color: var(--muted); font-size: 13px; }
@media (max-width: 520px) {
  .card, figure.table, details { padding: 14px; }
  th, td { padding-right: 12px; }
  td { min-width: 11ch; }
  td small { display: block; }
  .map-body { grid-template-columns: 1fr; }
  fieldset { columns: auto 140px; }
  fieldset label { padding: 6px 0; }
}
@media print { body { max-width: none; } details { break-inside: avoid; } }
`.trim();
