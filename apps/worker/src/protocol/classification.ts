/** The k highest of one clip's classes as texts `value:index:label`, the highest first; without labels `value:index`. */
export function classify(row: Float32Array, k: number, labels: readonly string[] | null): string[] {
  const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a] || a - b);
  return order.slice(0, k).map((index) => {
    const value = row[index].toFixed(6);
    return labels ? `${value}:${index}:${labels[index]}` : `${value}:${index}`;
  });
}
