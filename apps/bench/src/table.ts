/** Prints rows of numbers under their names, aligned right, each to four significant digits. */
export function printTable(rows: readonly Readonly<Record<string, number>>[]): void {
  const names = Object.keys(rows[0] ?? {});
  const cells = [names, ...rows.map((row) => names.map((name) => show(row[name])))];
  const widths = names.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  for (const line of cells) console.log(line.map((cell, column) => cell.padStart(widths[column])).join('  '));
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
