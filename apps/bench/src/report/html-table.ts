import { isTextColumn, showCell, type TableRow } from '../table.ts';
import { escapeHtml } from './page.ts';

/** Rows as an HTML table that scrolls sideways where it is too wide. */
export function htmlTable(rows: readonly TableRow[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cell = (tag: 'th' | 'td', name: string, text: string) =>
    `<${tag}${isTextColumn(rows, name) ? ' class="text"' : ''}>${escapeHtml(text).replace(/^ +/, (spaces) => '&nbsp;'.repeat(2 * spaces.length))}</${tag}>`;
  const line = (cells: string[]) => `<tr>${cells.join('')}</tr>`;
  const head = line(names.map((name) => cell('th', name, name)));
  const body = rows.map((row) => line(names.map((name) => cell('td', name, showCell(row[name])))));
  return `<div class="wide"><table>\n${[head, ...body].join('\n')}\n</table></div>`;
}
