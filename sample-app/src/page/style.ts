import { Html } from './html.js';

/** The page's whole look: nothing is fetched from anywhere. */
export const style = new Html(`
:root {
  --paper: #faf7f2; --card: #fff; --ink: #2a211b; --soft: #74685e; --line: #e8e0d5;
  --green: #1f7a54; --blue: #2b5fb8; --gold: #b98217; --rust: #c4633a;
  color-scheme: light; font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--paper); color: var(--ink); }
a { color: inherit; text-decoration: none; }
code { font: 13px/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
small { display: block; color: var(--soft); font-size: 12px; }
main, .top, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }

.strip { padding: 9px 24px; text-align: center; font-weight: 600; font-size: 14px; }
.strip.free-shipping { background: #dcebfa; color: #1d4a86; }
.strip.free-gift { background: #f6dfe6; color: #8a2b4b; }

.top { display: flex; flex-wrap: wrap; align-items: center; gap: 12px 20px; padding-top: 20px; padding-bottom: 20px; }
.brand { display: flex; align-items: center; gap: 10px; font: 700 20px/1 Georgia, 'Times New Roman', serif; }
.beta { border: 1px solid var(--gold); color: var(--gold); border-radius: 99px; padding: 3px 12px; font-size: 13px; font-weight: 600; }
.customers { margin-left: auto; display: flex; flex-wrap: wrap; align-items: center; gap: 6px; font-size: 14px; }
.customers span { color: var(--soft); margin-right: 4px; }
.customers a { padding: 4px 11px; border-radius: 99px; border: 1px solid var(--line); background: var(--card); max-width: 12em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.customers a:hover { border-color: var(--soft); }
.customers a[aria-current] { background: var(--ink); border-color: var(--ink); color: #fff; }
.customers input { width: 104px; padding: 4px 11px; border: 1px dashed #cfc4b6; border-radius: 99px; background: none; font: inherit; color: inherit; }

.hero { position: relative; overflow: hidden; padding: 52px 48px; border-radius: 20px; background: linear-gradient(120deg, #efe4d4, #f7efe3 60%, #efe6da); }
.hero.gold { background: linear-gradient(120deg, #f7e3ab, #fdf4d8 55%, #f3dc9d); }
.eyebrow { font-size: 12px; letter-spacing: .13em; text-transform: uppercase; color: var(--soft); font-weight: 600; }
.hero.gold .eyebrow { color: #8a6110; }
.hero h1 { font: 700 clamp(28px, 4.6vw, 44px)/1.15 Georgia, 'Times New Roman', serif; margin-top: 8px; max-width: 20em; overflow-wrap: anywhere; text-wrap: balance; }
em { font-style: italic; color: var(--rust); }
.hero.gold em { color: #8a6110; }
.sale { display: inline-block; margin-top: 18px; padding: 6px 16px; border-radius: 99px; background: #fff; color: #a3311f; font-weight: 600; }
.subscribe { margin-top: 14px; max-width: 300px; }
.hero + .why { margin-top: 48px; } .notice + .why { margin-top: 40px; }

.cup { position: absolute; right: 48px; bottom: -10px; height: 200px; }
.cup .steam { fill: none; stroke: #fff; stroke-width: 5; stroke-linecap: round; opacity: .8; }
.notice { margin-top: 18px; padding: 12px 20px; border-radius: 12px; background: #e0f1e7; color: #17593d; font-weight: 500; }

.shelf { display: grid; grid-template-columns: repeat(4, 1fr); gap: 20px; margin: 24px 0 56px; }
.card { display: flex; flex-direction: column; background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 12px 12px 18px; }
.card h3 { font: 700 19px/1.2 Georgia, 'Times New Roman', serif; margin: 16px 8px 0; }
.origin, .notes { margin: 2px 8px 0; color: var(--soft); font-size: 14px; }
.notes { color: var(--ink); }
.buy { margin: auto 8px 0; padding-top: 14px; }
.price { font-size: 18px; }
.price s { color: var(--soft); font-size: 15px; margin-right: 4px; }
.price s + b { color: #a3311f; }
button { width: 100%; margin-top: 10px; padding: 10px 14px; border: 0; border-radius: 10px; font: 600 15px/1.3 inherit; font-family: inherit; color: #fff; cursor: pointer; }
button.blue { background: var(--blue); }
button.green { background: var(--green); }
button:hover { filter: brightness(1.08); }
button.plain { width: auto; background: none; border: 1px solid var(--line); color: var(--ink); padding: 6px 14px; font-weight: 500; font-size: 14px; }

.shelf-space { display: grid; place-items: center; padding: 22px; border-radius: 10px; background: var(--tint); }
.shelf-space svg { height: 148px; }
.paper { fill: var(--bag); } .fold { fill: var(--dark); } .label { fill: #fffaf2; } .bean { fill: var(--dark); }
.crease, .line { fill: none; stroke: #fffaf2; stroke-width: 2; stroke-linecap: round; } .line { stroke: var(--bag); }
.rust { --tint: #f8e6dc; --bag: #d27a50; --dark: #9c4d29; }
.moss { --tint: #e6efe0; --bag: #7d9a68; --dark: #4f6b3d; }
.sky { --tint: #e0ecf3; --bag: #6d9ab5; --dark: #3d6a86; }
.plum { --tint: #efe2ec; --bag: #a06a93; --dark: #6f3f63; }

.why h2 { font: 700 26px/1.2 Georgia, 'Times New Roman', serif; margin-bottom: 16px; overflow-wrap: anywhere; }
.lead { margin-bottom: 16px; color: var(--soft); }
table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card); border: 1px solid var(--line); border-radius: 16px; overflow: hidden; font-size: 14px; }
th, td { padding: 12px 16px; text-align: left; vertical-align: top; border-top: 1px solid var(--line); font-weight: 400; }
thead th { border-top: 0; font-size: 12px; color: var(--soft); font-weight: 600; }
tbody code { font-weight: 600; }
.off code, .off td { color: var(--soft); }
.state, .source { display: inline-block; padding: 1px 10px; border-radius: 99px; font-size: 13px; font-weight: 600; background: #efeae3; color: var(--soft); white-space: nowrap; }
.on .state { background: #dcefe4; color: #17593d; }
.source.storage { background: #e7e1f5; color: #4d3795; }
.source.rules { background: #fdecd0; color: #8a5a08; }
dl div { display: flex; gap: 8px; } dt { color: var(--soft); } dd { overflow-wrap: anywhere; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 20px; margin-top: 20px; }
.panels article { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 20px; font-size: 14px; }
.panels h3 { font-size: 16px; margin-bottom: 10px; }
.panels p { color: var(--soft); }
.panels ul { list-style: none; padding: 0; }
.panels li { padding: 5px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.panels li:first-child { border-top: 0; }
footer { padding-top: 40px; padding-bottom: 48px; color: var(--soft); font-size: 14px; text-align: center; }
footer a { text-decoration: underline; text-underline-offset: 3px; }

@media (max-width: 900px) {
  .shelf { grid-template-columns: repeat(2, 1fr); }
  thead { display: none; }
  tbody tr { display: block; padding: 12px 0; border-top: 1px solid var(--line); }
  tbody tr:first-child { border-top: 0; }
  tbody th, td { display: block; border: 0; padding: 3px 16px; }
  td { position: relative; padding-left: 104px; }
  td::before { content: attr(data-label); position: absolute; left: 16px; color: var(--soft); font-size: 12px; line-height: 21px; }
  td small { display: inline; margin-left: 8px; overflow-wrap: anywhere; }
}

@media (max-width: 600px) {
  main, .top, footer { padding-left: 16px; padding-right: 16px; }
  .customers { margin-left: 0; }
  .hero { padding: 32px 22px; }
  .shelf-space { padding: 14px; } .shelf-space svg { height: 104px; }
  .shelf { gap: 12px; }
  .cup { display: none; }
}
`);
