"""The style of the radar's page: system fonts, two colour schemes, no colour that is not also a word or a shape."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--bg:#faf9f7;--card:#fff;--ink:#1f2328;--soft:#5a6068;--rule:#e5e1da;--tint:#f3f1ec;
--bad:#a8322a;--badink:#fff;--badsoft:#fbecea;--warn:#7a4f01;--warnsoft:#fdf3df;--good:#1f6b43;--goodsoft:#e9f5ee;
--ours:#eef4fb;--theirs:#fdf5e6;--focus:#1a5fb4;--shade:rgba(20,20,25,.45);
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","DejaVu Sans",sans-serif}
@media (prefers-color-scheme:dark){:root{--bg:#14161a;--card:#1b1e23;--ink:#e8e6e1;--soft:#a3a9b2;--rule:#30353c;
--tint:#22262c;--bad:#f09389;--badink:#2a0b08;--badsoft:#37211f;--warn:#f0c274;--warnsoft:#352a17;--good:#84cfa3;
--goodsoft:#1b3025;--ours:#1b2735;--theirs:#30281a;--focus:#8ab8f5;--shade:rgba(0,0,0,.6)}}
*{box-sizing:border-box}
html{font:100%/1.5 var(--sans);background:var(--bg);color:var(--ink);-webkit-text-size-adjust:100%;
scroll-padding-top:1rem}
body{margin:0 auto;max-width:76rem;padding:0 1.5rem 3rem;overflow-wrap:anywhere}
h1,h2,h3,h4,h5,p,ul,ol,pre{margin:0}
ul,ol{padding:0;list-style:none}
code,pre,.path{font-family:var(--mono);font-size:.875em}
button{font:inherit;color:inherit;cursor:pointer}
a{color:inherit;text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}
.vh{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-999rem;top:.5rem;background:var(--card);padding:.5rem 1rem;border-radius:.4rem;z-index:9}
.skip:focus{left:1rem}
.top{padding:2.75rem 0 2rem}
.brand{font-size:.875rem;font-weight:600;color:var(--soft)}
.brand span{font-weight:400}
h1{font-size:clamp(1.35rem,1rem + 1.9vw,2.1rem);line-height:1.25;font-weight:600;letter-spacing:-.015em;
max-width:30em;margin-top:.6rem;text-wrap:balance}
nav ul{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;margin-top:1.25rem}
.target{border-top:1px solid var(--rule);padding:2rem 0 2.75rem}
h2{font-size:1.35rem;font-weight:600;letter-spacing:-.01em}
h2 code{font-weight:400;color:var(--soft);font-size:.875rem;margin-left:.35rem}
h3{font-size:1.0625rem;font-weight:600}
.target>section{margin-top:2.5rem}
.tiles{display:flex;flex-wrap:wrap;gap:.35rem 1.75rem;margin-top:.85rem;color:var(--soft);font-size:.9375rem}
.tiles b{font-weight:600;font-variant-numeric:tabular-nums;color:var(--ink)}
.tiles .x b{color:var(--bad)}
.tiles .q b{color:var(--warn)}
.hint,.sub,.cut{color:var(--soft);font-size:.9375rem}
.hint{max-width:60em;margin-top:.2rem}
.lead{margin-top:.2rem}
.scroll{overflow:auto;max-height:min(80vh,52rem);margin-top:1rem;border:1px solid var(--rule);border-radius:.6rem;
background:var(--card);width:fit-content;max-width:100%}
.matrix{border-collapse:separate;border-spacing:0;font-size:.875rem}
.matrix th{font-weight:400;text-align:left}
.matrix b{font-weight:400;color:var(--soft);font-variant-numeric:tabular-nums}
.matrix thead th,.corner{position:sticky;top:0;z-index:2;background:var(--card);vertical-align:bottom;
border-bottom:1px solid var(--rule);padding:.6rem 0}
.matrix thead th{min-width:2.25rem;width:2.25rem}
.up{display:block;writing-mode:vertical-rl;transform:rotate(180deg);margin:0 auto;max-height:11rem;overflow:hidden;
text-overflow:ellipsis;white-space:nowrap;line-height:2.25rem}
.row{display:block;max-width:17rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.matrix tbody th,.corner{position:sticky;left:0;z-index:1;background:var(--card);border-right:1px solid var(--rule);
padding:0 .75rem}
.corner{z-index:3;color:var(--soft);font-size:.8125rem;padding-bottom:.6rem;white-space:nowrap}
.first th{font-weight:600}
.matrix .first>*{border-bottom:1px solid var(--rule)}
.stale .up,.stale .row{color:var(--bad)}
.stale .row::before,.stale .up::before{content:"✕ ";content:"✕ " / ""}
.matrix td{height:2.25rem;width:2.25rem;text-align:center;color:var(--soft)}
.matrix tbody td{position:relative}
.x button,.key.x{background:var(--bad);color:var(--badink);border:0;border-radius:.35rem;font-weight:600;
font-variant-numeric:tabular-nums}
.x button{width:1.75rem;height:1.75rem;padding:0;line-height:1.75rem}
.x button:hover{box-shadow:0 0 0 3px var(--badsoft),0 0 0 4px var(--bad)}
.n,.key.n{background:repeating-linear-gradient(135deg,var(--tint) 0 3px,transparent 3px 7px)}
.i{background:var(--tint)}
.matrix .s,.matrix .w,.matrix .q{font-weight:600}
.matrix .w,.matrix .q,.key.w,.key.q{color:var(--warn);background:var(--warnsoft)}
tr:hover>th,.hot{background:var(--tint)!important}
.legend{display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;margin-top:.85rem;font-size:.875rem;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:.5rem}
.key{display:inline-flex;width:1.4rem;height:1.4rem;align-items:center;justify-content:center;border-radius:.3rem;
font-size:.8125rem;border:1px solid var(--rule)}
.items{margin-top:.6rem}
.items li{padding:.8rem 0;border-bottom:1px solid var(--rule)}
.items li:last-child{border-bottom:0}
.open{background:none;border:0;padding:.15rem 0;text-align:left;font-weight:500;text-decoration:underline;
text-decoration-color:var(--bad);text-decoration-thickness:2px;text-underline-offset:.25em}
.open:hover{color:var(--bad)}
.order{font-size:1rem;width:min(44rem,100%)}
.graph{display:flex;gap:.25rem;padding:.6rem .9rem .6rem .75rem}
.graph svg{flex:none;display:block}
.graph ol{flex:1;min-width:0}
.graph li{height:2em;display:flex;align-items:center;gap:.6rem;white-space:nowrap}
.no{color:var(--soft);font-size:.8125rem;min-width:1.6em;text-align:right;font-variant-numeric:tabular-nums}
.name{overflow:hidden;text-overflow:ellipsis;min-width:3rem}
.flag{flex:none;font-size:.8125rem;color:var(--good);background:var(--goodsoft);border-radius:.3rem;padding:0 .45rem}
.flag.bad{color:var(--bad);background:var(--badsoft)}
.flag.warn{color:var(--warn);background:var(--warnsoft)}
.spine{stroke:var(--rule);stroke-width:2;fill:none}
.arc{stroke:var(--bad);stroke-width:1.5;fill:none;opacity:.65}
circle{stroke-width:2}
circle.now{fill:var(--good);stroke:var(--good)}
circle.later{fill:var(--card);stroke:var(--good)}
circle.bad{fill:var(--card);stroke:var(--bad);stroke-width:3}
.plain{margin-top:.5rem;max-width:56em}
.plain li{padding:.3rem 0}
.plain ul{padding-left:1.25rem;color:var(--soft)}
.sheet{color:var(--ink);background:var(--card);border:1px solid var(--rule);border-radius:.8rem;padding:1.4rem 1.5rem;
width:min(70rem,100vw - 2rem);max-height:min(90vh,60rem);overflow:auto}
[popover]{position:fixed;inset:0;margin:auto}
[popover]:not(:popover-open){display:none}
.sheet::backdrop{background:var(--shade)}
.sheet:focus-visible{outline:none}
.sheet header{display:flex;gap:1rem;align-items:flex-start;justify-content:space-between}
h4{font-size:1.15rem;line-height:1.35;font-weight:600;min-width:0}
.close{flex:none;background:var(--tint);border:0;border-radius:.4rem;width:2rem;height:2rem}
.tag{color:var(--soft)}
.who{margin-top:.4rem}
.cmd{position:relative;margin-top:.75rem;background:var(--tint);border-radius:.5rem;display:flex;align-items:flex-start}
.cmd pre{flex:1;min-width:0;padding:.65rem .9rem;white-space:pre-wrap}
.copy{flex:none;margin:.4rem;border:1px solid var(--rule);background:var(--card);border-radius:.35rem;
padding:.15rem .6rem;font-size:.8125rem}
.place{margin-top:1.5rem}
h5{font-size:1rem;font-weight:600}
h5 .path{font-size:.9375rem}
.kind{font-weight:400;font-size:.8125rem;color:var(--bad);background:var(--badsoft);border-radius:.3rem;
padding:.05rem .45rem;white-space:nowrap}
.kind.nature{color:var(--warn);background:var(--warnsoft)}
.recipe{margin-top:.35rem}
.recipe code{background:var(--tint);border-radius:.3rem;padding:.1rem .35rem}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:0 .5rem}
.heads{margin-top:.6rem;font-size:.875rem;color:var(--soft)}
.heads b{color:var(--ink);font-weight:600}
.side{padding:.4rem 0;border-radius:.4rem;background:var(--ours);margin-top:.4rem;min-width:0}
.side+.side{background:var(--theirs)}
.l{display:grid;grid-template-columns:3.4rem 1fr;line-height:1.55}
.l code{white-space:pre-wrap;word-break:break-all;padding-right:.75rem;min-width:0}
.ln{color:var(--soft);text-align:right;padding-right:.8rem;font:.8125rem/1.65 var(--mono);
user-select:none}
.side .cut{padding:0 .8rem;font-size:.875rem}
footer{border-top:1px solid var(--rule);margin-top:2.5rem;padding-top:1rem;color:var(--soft);font-size:.875rem}
@media (max-width:40rem){body{padding:0 1rem 2rem}.top{padding:1.75rem 0 1.5rem}.sides{grid-template-columns:1fr}
.heads .theirs{margin-top:.2rem}.row{width:8.5rem;white-space:normal;word-break:break-all;font-size:.8125rem;
line-height:1.2;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2}.up{max-height:8rem}
.sheet{padding:1rem;width:calc(100vw - 1rem)}.l{grid-template-columns:2.6rem 1fr}.matrix tbody th{padding:0 .5rem}
.corner{padding:.5rem}.graph{padding-right:.5rem}.side::before{content:attr(aria-label);
content:attr(aria-label) / "";display:block;font-size:.8125rem;color:var(--soft);padding:0 .8rem}}
@media (prefers-reduced-motion:no-preference){.sheet:popover-open{animation:in .14s ease-out}
@keyframes in{from{opacity:0;transform:translateY(6px)}}}
@media (forced-colors:active){.x button,.key,.flag,.kind{border:1px solid}circle,.arc{stroke:CanvasText}}
@media print{.scroll,.sheet{max-height:none;overflow:visible}[popover]{display:block!important;position:static;
margin:1rem 0;width:auto;break-inside:avoid}.close,.copy,.skip{display:none}}
"""
