/** The look of the copy's page: light and dark, cards on a phone, nothing loaded. */
export const style = `
:root{color-scheme:light dark;--paper:light-dark(#f7f7f4,#111413);--surface:light-dark(#fff,#181c1b);--ink:light-dark(#16201d,#eef2f0);--ink-3:light-dark(#5c6863,#93a09b);--line:light-dark(#e1e3de,#2a302e);--accent:light-dark(#0b6b54,#5fd0ae)}
*{box-sizing:border-box}html{background:var(--paper);color:var(--ink);font:15px/1.55 ui-sans-serif,system-ui,"Segoe UI",Roboto,sans-serif}
body{margin:0}main{max-width:64rem;margin:0 auto;padding:2rem 1rem 3rem}
h1{font-size:28px;line-height:1.2;letter-spacing:-.02em;margin:0 0 .5rem}h2{font-size:20px;line-height:1.3;margin:3rem 0 1rem}h3{font-size:17px;line-height:1.3;margin:0}
p{margin:.5rem 0;max-width:68ch}.lede{font-size:16px}a{color:var(--accent);text-underline-offset:3px}code{font-family:ui-monospace,"SF Mono",monospace;font-size:.875em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
nav{columns:3 16rem;column-gap:1.5rem;margin:2rem 0}nav div{break-inside:avoid;padding-bottom:1rem}nav h2{font-size:15px;margin:0 0 .25rem}
nav ul{list-style:none;margin:0;padding:0}nav li{display:flex;gap:1rem;justify-content:space-between;padding:2px 0}nav span{color:var(--ink-3);font-variant-numeric:tabular-nums}
article{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:1.25rem 1.5rem;margin:0 0 1.5rem}
details{margin:.5rem 0}summary{cursor:pointer;color:var(--accent)}.none{color:var(--ink-3)}
.scroll{overflow-x:auto;margin-top:.75rem}table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:start;padding:.5rem 0;color:var(--ink-3);font-size:13px}
th,td{text-align:start;vertical-align:top;padding:.5rem 1rem .5rem 0;border-top:1px solid var(--line);max-width:30rem;overflow-wrap:break-word;white-space:pre-line}
th{white-space:nowrap;color:var(--ink-3);font-size:12.5px;font-weight:560}
.records,.records caption,.records tbody{display:block}.records thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.records tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(10rem,45%),1fr));gap:.75rem 1rem;padding:1rem 0;border-top:1px solid var(--line)}
.records td{padding:0;border:0;overflow-wrap:anywhere}.records td::before{content:attr(data-label);display:block;color:var(--ink-3);font-size:12.5px}
@media(max-width:600px){article{padding:1rem}
table,caption,tbody{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table:not(.records) tr{display:block;padding:.75rem 0;border-top:1px solid var(--line)}
table:not(.records) td{display:grid;grid-template-columns:minmax(6.5em,30%) minmax(0,1fr);gap:.75rem;padding:2px 0;border:0;overflow-wrap:anywhere}table:not(.records) td::before{content:attr(data-label);color:var(--ink-3);font-size:13px}}
@media print{html{background:none}article{border:0;padding:0}.scroll{overflow:visible}}`;
