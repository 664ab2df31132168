"""The style sheet of the audit page: colours with a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), light and dark."""

STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1e1e1e; --quiet: #555; --line: #ccc; --soft: #f4f4f6;
  --link: #000091; --error: #b30000; --warning: #7a4a00; --info: #00527a; --fix: #0f6b2f; --mark: #ffe9a8; }
@media (prefers-color-scheme: dark) { :root { --back: #161616; --text: #eee; --quiet: #b5b5b5; --line: #444;
  --soft: #222; --link: #a1a1f7; --error: #ff8f8f; --warning: #ffc46b; --info: #7cc7f2; --fix: #7fd69a; --mark: #5a4700; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem 1.5rem 3rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: .5rem 0; font-size: 1.9rem; } h2 { margin-top: 2.5rem; border-bottom: 2px solid var(--line); }
a { color: var(--link); } a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; } .skip:focus { position: static; }
header p, footer p { margin: .2rem 0; color: var(--quiet); }
.numbers, nav ul { display: flex; flex-wrap: wrap; gap: .75rem; padding: 0; list-style: none; }
.numbers li { min-width: 8rem; padding: .5rem .9rem; border: 1px solid var(--line); border-left-width: 5px;
  background: var(--soft); }
.numbers b { display: block; font-size: 1.7rem; line-height: 1.2; }
.wide { overflow-x: auto; }
table { width: 100%; margin: 1rem 0; border-collapse: collapse; }
caption { padding: .3rem 0; text-align: left; font-weight: bold; }
th, td { padding: .35rem .6rem; border: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { background: var(--soft); } tbody th { font-weight: 600; } tbody + tbody { border-top: 3px solid var(--line); }
#rules td:last-child { min-width: 14rem; } .number { text-align: right; } .hole { background: var(--soft); color: var(--error); font-style: italic; }
details { margin: .5rem 0; border: 1px solid var(--line); } summary { padding: .4rem .7rem; background: var(--soft);
  cursor: pointer; overflow-wrap: anywhere; }
details ul { margin: 0; padding: 0 .9rem; list-style: none; }
details li { margin: .8rem 0; padding-left: .8rem; border-left: 4px solid var(--line); } details p { margin: .2rem 0;
  overflow-wrap: anywhere; }
thead th::first-letter, header p::first-letter, #coverage p::first-letter, .fix::first-letter { text-transform: uppercase; }
.rule { font-weight: 600; } .fix { color: var(--fix); } .badge { font-weight: 600; }
.error { border-left-color: var(--error); } .warning { border-left-color: var(--warning); }
.info { border-left-color: var(--info); }
.numbers .error { border-left-color: var(--error); } .numbers .warning { border-left-color: var(--warning); }
.numbers .info { border-left-color: var(--info); }
.badge.error { color: var(--error); } .badge.warning { color: var(--warning); } .badge.info { color: var(--info); }
pre { margin: .3rem 0; padding: .4rem .6rem; overflow-x: auto; background: var(--soft); white-space: pre-wrap;
  overflow-wrap: anywhere; }
mark { background: var(--mark); color: inherit; text-decoration: underline; }
@media print { nav, .skip { display: none; } body { max-width: none; } details { break-inside: avoid; } }
"""
