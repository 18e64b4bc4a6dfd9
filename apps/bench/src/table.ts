/** A row of a table: cells under their names. */
export type TableRow = Readonly<Record<string, number | string>>;

/** Prints rows under their names: words to the left, numbers to the right, each to four significant digits. */
export function printTable(rows: readonly TableRow[]): void {
  const names = Object.keys(rows[0] ?? {});
  const cells = [names, ...rows.map((row) => names.map((name) => showCell(row[name])))];
  const columns = names.map((name, column) => ({
    width: Math.max(...cells.map((line) => line[column].length)),
    isText: isTextColumn(rows, name),
  }));
  for (const line of cells) {
    const padded = line.map((cell, i) =>
      columns[i].isText ? cell.padEnd(columns[i].width) : cell.padStart(columns[i].width),
    );
    console.log(padded.join('  ').trimEnd());
  }
}

/** A cell as people read it. */
export function showCell(value: number | string): string {
  if (typeof value === 'string' || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

/** Whether a column holds words; `12 %` counts as a number. */
export function isTextColumn(rows: readonly TableRow[], name: string): boolean {
  return rows.some((row) => typeof row[name] === 'string' && !/^([-−+]?\d|$)/.test(row[name]));
}
