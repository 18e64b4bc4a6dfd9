/** Text made safe to stand in HTML and in a quoted attribute. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

/** One self-contained HTML page, readable in light and dark, on a phone and on paper. `body` is HTML already, `style` more CSS. */
export function renderPage(title: string, body: string, style = ''): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
  :root { color-scheme: light dark; --line: #8884; --quiet: #888; --warn: #b45309; }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
  table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
  .wide { overflow-x: auto; }
  th, td { text-align: right; padding: .2rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
  th:first-child, td:first-child, .text { text-align: left; }
  .quiet { color: var(--quiet); } .warn { color: var(--warn); font-weight: 600; }
  svg { max-width: 100%; height: auto; color: inherit; background: none; }
  .timeline svg { min-width: 60rem; }
  pre { overflow-x: auto; }${style}
</style>
<h1>${escapeHtml(title)}</h1>
${body}
</html>
`;
}
