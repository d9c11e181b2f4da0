import { colourProperties } from './colours.ts';

/** The style sheet of the player's page. */
export function pageStyle(): string {
  return `
:root{color-scheme:light dark;${colourProperties('light')};--accent:#0b63b3;--on-accent:#fff}
@media(prefers-color-scheme:dark){:root{${colourProperties('dark')};--accent:#5ab4f0;--on-accent:#0f1317}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;background:var(--page);color:var(--text);
font:16px/1.45 system-ui,-apple-system,'Segoe UI',sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
header{padding:18px clamp(14px,3vw,32px) 0;display:flex;flex-wrap:wrap;gap:6px 28px;align-items:baseline}
h1{margin:0;font-size:clamp(17px,2.4vw,22px);font-weight:600;line-height:1.25;overflow-wrap:anywhere}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:0;padding:0;list-style:none;color:var(--muted);font-size:13px}
.legend i{display:inline-block;width:18px;height:4px;border-radius:2px;margin:0 6px 3px 0;vertical-align:middle}
.legend i+i{margin-left:8px}
main{flex:1;display:grid;gap:14px;padding:14px clamp(14px,3vw,32px);grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr))}
figure{margin:0;min-height:min(52vh,300px);display:flex;flex-direction:column;background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden}
figcaption{padding:10px 14px 0;font-size:14px;font-weight:600;overflow-wrap:anywhere}
figcaption small{display:block;color:var(--muted);font-size:12px;font-weight:400}
.stage{position:relative;flex:1;min-height:220px}
canvas{position:absolute;inset:0;width:100%;height:100%;display:block;cursor:grab;touch-action:pan-y;border-radius:0 0 11px 11px}
canvas:active{cursor:grabbing}
.flat canvas{cursor:default}
.stage p{position:absolute;inset:0;margin:0;display:grid;place-items:center;color:var(--muted)}
footer{position:sticky;bottom:0;padding:10px clamp(14px,3vw,32px) max(10px,env(safe-area-inset-bottom));background:var(--card);border-top:1px solid var(--line);
display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center}
#time{flex:1 1 160px;min-width:0;height:28px;margin:0;accent-color:var(--accent)}
#readout{min-width:9ch;text-align:right;font-size:14px;color:var(--muted)}
button,select{font:inherit;font-size:14px;height:40px;min-width:40px;border:1px solid var(--line);border-radius:10px;background:var(--page);color:var(--text);cursor:pointer;padding:0 10px}
button:disabled{opacity:.5;cursor:default}
#play{width:48px;padding:0;border:0;background:var(--accent);color:var(--on-accent);display:grid;place-items:center}
#play svg{width:18px;height:18px;fill:currentColor}
#play[data-playing=true] .go,#play:not([data-playing=true]) .wait{display:none}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
canvas:focus-visible{outline-offset:-4px}
.help{flex-basis:100%;margin:0;color:var(--muted);font-size:12px}
kbd{font:inherit;border:1px solid var(--line);border-radius:4px;padding:0 4px}
@media(max-width:560px){.help{display:none}#time{order:-2;flex-basis:calc(100% - 110px)}#readout{order:-1}#speed{margin-left:auto}}
@media(prefers-reduced-motion:no-preference){button{transition:background .15s}}
`;
}
