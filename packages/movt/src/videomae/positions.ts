/**
 * The fixed table that tells tokens where they are: row p is, of column j, sin or cos (even or odd j) of p / 10000^(2·⌊j/2⌋ / width), worked out in
 * float64. [tokens, width]
 */
export function positionTable(tokens: number, width: number): Float32Array {
  const table = new Float32Array(tokens * width);
  for (let j = 0; j < width; j++) {
    const period = 10000 ** ((2 * Math.floor(j / 2)) / width);
    const wave = j % 2 === 0 ? Math.sin : Math.cos;
    for (let p = 0; p < tokens; p++) table[p * width + j] = wave(p / period);
  }
  return table;
}
