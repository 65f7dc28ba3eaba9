/** The page's only style sheet: light, dark and printed. It is allowed by its hash, so nothing else can bring styles. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--line:#d0d7de;--faint:#eef1f4;--pass:#2f6fb3;--fail:#c2512f;--mark:#8a3ffc;
--s0:#2f6fb3;--s1:#c2512f;--s2:#2e8b57;--s3:#8a3ffc;--s4:#b8860b;--s5:#c2185b;--s6:#00838f;--s7:#6d4c41;--good:#1a7f37;--bad:#b3261e;--unsure:#8a6100}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--paper:#0f1317;--line:#343b43;--faint:#1a2027;--pass:#6cb0f5;--fail:#f08a66;--mark:#c49bff;
--s0:#6cb0f5;--s1:#f08a66;--s2:#6fd39a;--s3:#c49bff;--s4:#e5bf58;--s5:#ff8bb5;--s6:#5fd3de;--s7:#c8a99d;--good:#5bd17a;--bad:#ff8f87;--unsure:#e5bf58}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1.5rem 4rem;max-width:68rem;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2.6rem 0 .6rem;padding-top:.8rem;border-top:1px solid var(--line)}
h3{font-size:1.02rem;margin:1.6rem 0 .4rem}
p,li{max-width:46rem;overflow-wrap:anywhere}
.soft,.more,figcaption,caption{color:var(--soft)}
nav{margin:1rem 0;font-size:.9rem}nav a{margin-right:.9rem;white-space:nowrap}
a{color:var(--pass)}
code,.hash{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.8rem;margin:1.2rem 0}
.tile{border:1px solid var(--line);border-radius:6px;padding:.7rem .9rem;background:var(--faint)}
.tile b{display:block;font-size:1.45rem;line-height:1.25;font-weight:600}.tile span{font-size:.85rem;color:var(--soft)}
.good{color:var(--good)}.bad{color:var(--bad)}.unsure{color:var(--unsure)}
.note{border-left:3px solid var(--unsure);padding:.1rem .9rem;margin:.8rem 0}
figure{margin:1.4rem 0}figcaption{font-size:.9rem;margin-bottom:.5rem;max-width:46rem}
.beside{display:grid;grid-template-columns:minmax(0,1.1fr) minmax(0,1fr);gap:1.4rem;align-items:start}
@media (max-width:52rem){.beside{grid-template-columns:minmax(0,1fr)}}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.83rem;line-height:1.35;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;padding-bottom:.3rem}
th,td{padding:.22rem .55rem .22rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
thead th{font-weight:600;border-bottom:1.5px solid var(--soft);vertical-align:bottom}
.number{text-align:right;white-space:nowrap}thead .number{white-space:normal}td.text,th.text{overflow-wrap:break-word}
.more{font-size:.8rem;margin:.3rem 0}
svg{display:block;width:100%;height:auto;font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
svg text{fill:var(--soft)}svg text.label{fill:var(--ink);font-weight:500}svg text.strong{fill:var(--ink);font-weight:600}svg .row text{fill:var(--ink)}
.grid{stroke:var(--line);stroke-width:.7}.base,.initial{stroke:var(--soft);stroke-width:1}.initial{fill:var(--faint);stroke-width:.7}
.bar.passes{fill:var(--pass)}.bar.fails{fill:var(--fail)}
.mark{stroke:var(--mark);stroke-width:1.3;stroke-dasharray:4 3}text.mark{stroke:none;fill:var(--mark)}
.chance{stroke:var(--soft);stroke-dasharray:2 4}
.whisker{stroke:var(--ink);stroke-width:1.6}.pale .whisker{stroke:var(--line)}.pale .dot{opacity:.35}.pale text{fill:var(--soft)}
.range.earlier{fill:var(--pass);opacity:.35}.range.final{fill:var(--pass)}
.series{fill:none;stroke-width:2}.dot{stroke:none}
.series.s0{stroke:var(--s0)}.series.s1{stroke:var(--s1);stroke-dasharray:7 3}.series.s2{stroke:var(--s2);stroke-dasharray:2 3}.series.s3{stroke:var(--s3);stroke-dasharray:9 3 2 3}
.series.s4{stroke:var(--s4);stroke-dasharray:5 5}.series.s5{stroke:var(--s5);stroke-dasharray:1 4}.series.s6{stroke:var(--s6);stroke-dasharray:12 4}.series.s7{stroke:var(--s7);stroke-dasharray:3 2}
.dot.s0{fill:var(--s0)}.dot.s1{fill:var(--s1)}.dot.s2{fill:var(--s2)}.dot.s3{fill:var(--s3)}.dot.s4{fill:var(--s4)}.dot.s5{fill:var(--s5)}.dot.s6{fill:var(--s6)}.dot.s7{fill:var(--s7)}
.none{fill:var(--faint)}.shade{fill:#1f5f9f}.shade0{fill-opacity:.04}.shade1{fill-opacity:.12}.shade2{fill-opacity:.22}.shade3{fill-opacity:.34}.shade4{fill-opacity:.46}.shade5{fill-opacity:.6}.shade6{fill-opacity:.74}.shade7{fill-opacity:.88}.shade8{fill-opacity:1}
svg text.onDark{fill:#fff}svg text.onLight{fill:var(--ink)}
ol.references{font-size:.88rem}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--paper:#fff;--line:#bbb;--faint:#f4f4f4;--pass:#2f6fb3;--fail:#c2512f;--good:#1a7f37;--bad:#b3261e;--unsure:#8a6100;--s0:#2f6fb3;--s1:#c2512f;--s2:#2e8b57;--s3:#8a3ffc;--s4:#b8860b;--s5:#c2185b;--s6:#00838f;--s7:#6d4c41;--mark:#8a3ffc}
@page{margin:16mm}body{max-width:none;padding:0;font-size:10pt}nav{display:none}h2,h3,figcaption,caption,thead{break-after:avoid}.drawing,svg,figcaption,.tile,tr{break-inside:avoid}.beside{display:block}.drawing{max-width:11.5cm;margin-bottom:.5rem}figure>svg{max-width:15cm}table{font-size:8pt}.scroll{overflow:visible}a{color:inherit;text-decoration:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
