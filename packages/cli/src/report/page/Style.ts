/**
 * How the page of a report looks: on a screen and a phone, light and dark, and on paper.
 *
 * @since 0.1.0
 */

const light =
  `--ground:#f5f6f8;--card:#fff;--sunk:#eceef2;--line:#dce0e7;--text:#14171d;--dim:#525a69;--accent:#1d4fd7;--warn:#855100;--warnbg:#fdf3e1;--okbar:#5b7fd6;--badbar:#c93a2c;--waitbar:#8a93a1`

const dark =
  `--ground:#0f1115;--card:#161920;--sunk:#20242c;--line:#2c313b;--text:#e8eaef;--dim:#a3abb9;--accent:#9bb8ff;--warn:#f0b65e;--warnbg:#2a2214;--okbar:#6f92e8;--badbar:#ee7367;--waitbar:#8d96a5`

const paper =
  `--ground:#fff;--card:#fff;--sunk:#eee;--line:#bbb;--text:#000;--dim:#444;--accent:#000;--warn:#640;--warnbg:#fff;--okbar:#5b7fd6;--badbar:#c93a2c;--waitbar:#777`

const rules = `
:root{color-scheme:light dark;${light}}
@media(prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:12px}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.6 system-ui,-apple-system,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR","Noto Sans CJK KR",sans-serif;word-break:keep-all;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
header,main,footer{max-width:1040px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
footer{padding-top:18px;padding-bottom:40px;color:var(--dim);font-size:13px}
h1{font-size:26px;line-height:1.3;margin:0}
h2{font-size:19px;line-height:1.35;margin:0 0 2px}
h3{font-size:13px;line-height:1.5;margin:18px 0 4px;color:var(--dim);font-weight:600}
p,dl,dd,ul,figure{margin:0}
ul{list-style:none;padding:0}
.dim{color:var(--dim)}
.small{font-size:13px}
.mono{font-family:ui-monospace,"SF Mono",Consolas,"D2Coding","DejaVu Sans Mono",monospace;font-size:.92em}
.warn{color:var(--warn);background:var(--warnbg);border:1px solid currentColor;border-radius:8px;padding:8px 12px;margin-top:14px}
a{color:var(--accent)}
a:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
nav{display:flex;flex-wrap:wrap;gap:0 18px;margin-top:6px}
nav a{line-height:44px;min-width:44px}
.meta{display:flex;flex-wrap:wrap;gap:2px 16px;margin-top:6px;color:var(--dim)}
.chips{display:flex;flex-wrap:wrap;gap:6px;margin-top:8px}
.chips li{border:1px solid var(--dim);border-radius:99px;padding:0 10px;font-size:13px}
.kpi{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:12px;overflow:hidden;margin-top:14px}
.kpi>div{background:var(--card);padding:14px 16px}
.kpi dt{color:var(--dim);font-size:13px}
.kpi .big{font-size:30px;line-height:1.25;font-weight:600;letter-spacing:-.01em}
.kpi .big:lang(ko){letter-spacing:0}
.nb{display:inline-block;margin-right:10px}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:18px 20px 20px;margin-top:16px}
figure{margin-top:12px}
.axis{padding-left:44px}
svg{display:block;width:100%;overflow:visible}
svg text{font-size:12px;fill:var(--dim)}
svg text[fill],svg [fill="var(--text)"] text{fill:var(--text);font-weight:600}
.key{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--dim);margin-top:8px}
.key svg{width:14px;height:14px;display:inline-block;vertical-align:-2px;margin-right:6px;overflow:hidden;border-radius:3px}
table{border-collapse:collapse;width:100%;font-size:13px}
caption{text-align:left;color:var(--dim);padding-bottom:4px}
th,td{padding:4px 10px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--dim);font-weight:400;font-size:12px;vertical-align:bottom}
tbody th,tfoot th{font-weight:600}
tfoot td,tfoot th{font-weight:600;border-bottom:0}
tfoot th{white-space:nowrap}
.r{text-align:right;white-space:nowrap}
th .code,td .code{white-space:nowrap}
.two{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 32px;align-items:start}
.side{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:0 36px;align-items:start}
.side h3:first-child{margin-top:12px}
.bars{display:grid;gap:12px}
.bars .l{display:flex;gap:4px 10px;align-items:baseline}
.bars .l>:last-child{margin-left:auto;white-space:nowrap}
.bars .l .mono{font-weight:600}
.bars .l .code{flex:none}
.bars svg{height:12px;border-radius:3px;background:var(--sunk);overflow:hidden;margin:3px 0}
.do{margin-top:8px}
.do li{display:grid;grid-template-columns:92px minmax(0,1fr);gap:0 14px;padding:7px 0;border-bottom:1px solid var(--line)}
.do li:last-child{border:0;padding-bottom:0}
.do b{font-size:17px;text-align:right;line-height:1.45}
.defs{position:absolute;width:0;height:0}
@media(max-width:860px){.side{grid-template-columns:minmax(0,1fr)}}
@media(max-width:640px){header,main,footer{padding-left:12px;padding-right:12px}h1{font-size:22px}.kpi{grid-template-columns:1fr 1fr}.kpi .big{font-size:24px}section{padding:14px 14px 16px}.two{grid-template-columns:minmax(0,1fr)}.two table+table{margin-top:14px}.do li{grid-template-columns:64px minmax(0,1fr)}.wide{display:none}th,td{padding-right:6px}}
@media(max-width:360px){section{padding-left:10px;padding-right:10px}table{font-size:12px}th,td{padding-right:4px}}
@media print{:root{color-scheme:light;${paper}}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}@page{size:A4;margin:14mm}body{font-size:10pt}header,main,footer{max-width:none;padding:0}nav{display:none}section{border:0;padding:0;margin-top:7mm}figure,.kpi,tr,.bars li,.do li{break-inside:avoid}h2,h3,caption{break-after:avoid}thead{display:table-header-group}tfoot{display:table-row-group}.kpi{grid-template-columns:repeat(4,1fr)}.two{grid-template-columns:1fr 1fr}td.wide,th.wide{display:table-cell}}
`

/** In one line. */
export const css = rules.replaceAll("\n", "")
