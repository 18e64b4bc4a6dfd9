/** Prints rows under their names: numbers aligned right, to four significant digits, and words left. */
export function printTable(rows: readonly Readonly<Record<string, number | string>>[]): void {
  const names = Object.keys(rows[0] ?? {});
  const cells = [names, ...rows.map((row) => names.map((name) => show(row[name])))];
  const widths = names.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const isText = names.map((name) => rows.every((row) => typeof row[name] === 'string'));
  const pad = (cell: string, i: number) => (isText[i] ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  for (const line of cells) console.log(line.map(pad).join('  ').trimEnd());
}

function show(value: number | string): string {
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
