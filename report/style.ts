/** The page's style: readable in light and dark, in print, and from 360 pixels on. */
export const STYLE = `
:root {
  --ground: #ffffff; --panel: #f5f6f8; --ink: #1a1d23; --soft: #555c69; --edge: #7a8393;
  --accent: #0b57b7; --good: #1b6e3c; --doubt: #8a4b00; --bad: #a8201a; --frame: #c9cfd8; --box: #ffffff; --line: #5b6472;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --panel: #1d2128; --ink: #e8eaee; --soft: #a9b1bf; --edge: #7d8797;
    --accent: #7db4ff; --good: #6fd196; --doubt: #f0b35a; --bad: #ff8f87; --frame: #3a414d; --box: #232832; --line: #98a3b5;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
header, main, nav { padding: 0 clamp(.7rem, 2vw, 1.6rem); max-width: 130rem; margin: 0 auto; }
main:focus { outline: none; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1.2rem 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: .9rem 0 .3rem; overflow-wrap: anywhere; }
h4 { font-size: .9rem; margin: .8rem 0 .2rem; }
p { margin: .3rem 0; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; margin: .3rem 0; }
li { overflow-wrap: anywhere; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: .5rem; top: .5rem; background: var(--box); padding: .4rem; z-index: 3; }
nav { display: flex; gap: .1rem 1.6rem; padding-top: .5rem; padding-bottom: .5rem; position: sticky; top: 0; background: var(--ground); border-bottom: 1px solid var(--frame); z-index: 2; overflow-x: auto; white-space: nowrap; }
a { color: var(--accent); }
nav a { padding: .15rem 0; }
nav div { display: flex; gap: 1rem; }
nav strong { padding: .15rem 0; color: var(--soft); font-weight: 600; }
@media (min-width: 1080px) and (min-height: 600px) { nav { flex-wrap: wrap; } }
.bar { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: .6rem 0; }
label { display: grid; gap: .15rem; color: var(--soft); font-size: .85rem; min-width: 0; }
input, select, button { font: inherit; color: var(--ink); background: var(--box); border: 1px solid var(--edge); border-radius: 6px; padding: .35rem .6rem; max-width: min(26rem, 86vw); }
input::placeholder { color: var(--soft); opacity: 1; }
button { cursor: pointer; }
button:hover { border-color: var(--accent); }
button[aria-pressed="true"] { background: var(--accent); color: var(--ground); }
button.plain { vertical-align: top; border: 0; padding: 0; background: none; color: var(--accent); text-decoration: underline; text-align: left; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.map-and-panel { display: grid; grid-template-columns: minmax(0, 1fr); gap: .8rem; align-items: start; }
@media (min-width: 1080px) { .map-and-panel { grid-template-columns: minmax(0, 1fr) clamp(19rem, 24vw, 30rem); } .map-and-panel .panel { height: 0; min-height: max(100%, 24rem); overflow: auto; margin: 0; } }
.map { border: 1px solid var(--frame); border-radius: 8px; background: var(--panel); overflow: auto; max-height: 78vh; }
.map svg { display: block; margin: 0 auto; }
.map svg text { user-select: none; }
.frame { fill: var(--ground); stroke: var(--frame); stroke-width: 1.5; }
.frame-name { fill: var(--soft); font-size: 13px; font-weight: 600; }
.node { cursor: pointer; }
.node rect { fill: var(--box); stroke: var(--edge); stroke-width: 1.2; }
.node text { fill: var(--ink); font-size: 13px; text-anchor: middle; dominant-baseline: central; }
.node.outside rect { stroke-dasharray: 5 3; }
.node.other text { fill: var(--soft); font-style: italic; }
.node:focus-visible { outline: none; }
.node:hover rect, .node:focus-visible rect, .node.chosen rect { stroke: var(--accent); stroke-width: 3; }
.line { fill: none; stroke: var(--line); stroke-width: 1.5; }
.line.unknown { stroke: var(--doubt); stroke-dasharray: 6 4; }
.line.undeclared { stroke: var(--bad); stroke-width: 2.4; }
.line.gained { stroke: var(--good); stroke-width: 2.6; }
.line.lost { stroke: var(--bad); stroke-width: 2.6; stroke-dasharray: 6 4; }
.line.changed { stroke: var(--accent); stroke-width: 2.6; }
.hit { fill: none; stroke: transparent; stroke-width: 9; cursor: pointer; }
.faded { opacity: .13; }
.line.lit { stroke-width: 3; }
.line.lit.open { stroke: var(--accent); }
.hidden { display: none; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; color: var(--soft); font-size: .88rem; }
.key { display: inline-block; width: 2rem; border-top: 2px solid var(--line); vertical-align: middle; margin-right: .4rem; }
.key.unknown { border-top: 2px dashed var(--doubt); }
.key.undeclared { border-top: 3px solid var(--bad); }
.key.gained { border-top: 3px solid var(--good); }
.key.lost { border-top: 3px dashed var(--bad); }
.key.changed { border-top: 3px solid var(--accent); }
.key.box { height: .9rem; border: 1px dashed var(--edge); border-radius: 3px; }
.panel { background: var(--panel); border: 1px solid var(--frame); border-radius: 8px; padding: .5rem .9rem; margin: .6rem 0; overflow-wrap: anywhere; }
.panel h3:first-child { margin-top: .2rem; }
.soft { color: var(--soft); font-size: .9rem; }
.flows, .reasons { padding-left: 1.1rem; }
.scroll { overflow: auto; max-height: 38rem; border: 1px solid var(--frame); border-radius: 8px; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .92rem; }
thead th { position: sticky; top: 0; background: var(--panel); z-index: 1; }
th { text-align: left; font-weight: 600; }
th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--frame); vertical-align: top; overflow-wrap: break-word; max-width: 44rem; }
tbody th { position: sticky; left: 0; background: var(--ground); }
tr:last-child td { border-bottom: 0; }
.long tr { height: 34px; }
.long td, .long tbody th { white-space: nowrap; max-width: 26rem; overflow: hidden; text-overflow: ellipsis; }
.wide th, .wide td { white-space: nowrap; max-width: 18rem; overflow: hidden; text-overflow: ellipsis; }
.wide thead th:first-child { left: 0; z-index: 2; }
.wide td { color: var(--soft); text-align: center; }
.wide thead th:not(:first-child) { text-align: center; }
.quota { width: clamp(6rem, 18vw, 16rem); height: .8rem; margin-top: .3rem; border: 1px solid var(--edge); border-radius: 4px; overflow: hidden; }
.bar-fill { height: 100%; background: currentColor; }
.spacer td { padding: 0; border: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.word { font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .doubt { color: var(--doubt); } .bad { color: var(--bad); } .note { color: var(--accent); }
/* On a phone a row of a table that is read is a card; one that is looked up, or long, scrolls. */
@media screen and (max-width: 640px) {
  .scroll:not(.wide, .long) { max-height: none; }
  .scroll:not(.wide, .long) :is(table, tbody, tr, td) { display: block; }
  .scroll:not(.wide, .long) thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .scroll:not(.wide, .long) tr { padding: .4rem .7rem; border-bottom: 1px solid var(--frame); }
  .scroll:not(.wide, .long) td { padding: .1rem 0; border: 0; overflow-wrap: anywhere; }
  .scroll:not(.wide, .long) td:empty { display: none; }
  .scroll:not(.wide, .long) td::before { content: attr(data-heading) ": "; color: var(--soft); }
}
pre { overflow: auto; background: var(--ground); border: 1px solid var(--frame); border-radius: 6px; padding: .6rem; }
@media print {
  :root { --ground: #fff; --panel: #fff; --ink: #000; --soft: #333; --edge: #666; --box: #fff; --line: #444; --frame: #999; --accent: #0b3d80; --good: #14532d; --doubt: #7a4200; --bad: #8c1a15; }
  body { font-size: 9.5pt; }
  table { font-size: 8.5pt; }
  th, td { padding: .2rem .4rem; }
  .wide th, .wide td { white-space: normal; overflow-wrap: anywhere; }
  nav, .bar, .skip, .panel:has(> .hint), section:has(> form):not(:has(.panel)) { display: none; }
  .scroll, .map, .map-and-panel .panel { height: auto; min-height: 0; max-height: none; overflow: visible; border: 0; }
  .map-and-panel { display: block; }
  .map svg { width: 100%; height: auto; max-height: 24cm; }
  thead { display: table-header-group; }
  thead th { position: static; }
  .bar-fill { print-color-adjust: exact; }
  tr, .map { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .long td { white-space: normal; max-width: none; }
}
@media (prefers-reduced-motion: no-preference) { .line, .node { transition: opacity .12s; } }
`;
