/** Style of a report page: nothing is loaded from anywhere, and it follows the reader's light or dark setting. */
export const reportStyle = `
:root { color-scheme: light dark; --page: #ffffff; --text: #1b1f24; --quiet: #5b6470; --rule: #d8dde3; --shade: #f1ecdf;
  --series-1: #1f6feb; --series-2: #c2410c; --series-3: #15803d; --series-4: #7e22ce; --series-5: #b45309; --series-6: #0e7490; }
@media (prefers-color-scheme: dark) { :root { --page: #14171b; --text: #e6e9ed; --quiet: #9aa4b0; --rule: #313840; --shade: #2a261c;
  --series-1: #6cabff; --series-2: #ff9a66; --series-3: #5fd08a; --series-4: #c79bff; --series-5: #f5c04e; --series-6: #5cc8dc; } }
body { margin: 0 auto; max-width: 1180px; padding: 32px 24px 64px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 32px 0 8px; }
p, li { max-width: 75ch; } .quiet { color: var(--quiet); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { padding: 6px 16px 6px 0; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 16ch; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; max-width: 95ch; font-size: 13px; } dd { margin: 0; } thead th { border-bottom: 2px solid var(--rule); font-weight: 600; }
tbody td, tbody th { border-bottom: 1px solid var(--rule); font-weight: 400; } .scroll { overflow-x: auto; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 24px; }
figure { margin: 0; max-width: 620px; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; }
.tick { fill: var(--quiet); font-size: 12px; } .grid { stroke: var(--rule); } .shade { fill: var(--shade); }
.hollow { fill: var(--page); stroke-width: 1.5; } .line { fill: none; stroke-width: 2; } .band { opacity: 0.16; stroke: none; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 8px 0; padding: 0; list-style: none; }
.swatch { display: inline-block; width: 28px; height: 12px; margin-right: 8px; vertical-align: middle; }
.swatch.area { background: var(--shade); outline: 1px solid var(--rule); }
${[1, 2, 3, 4, 5, 6]
  .map(
    (n) =>
      `.line.series-${n}, .hollow.series-${n} { stroke: var(--series-${n}); } .dot.series-${n}, .band.series-${n} { fill: var(--series-${n}); }`,
  )
  .join('\n')}
`
