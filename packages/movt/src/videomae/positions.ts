/**
 * The fixed positions of VideoMAE's tokens, [tokens, width]: row p, column j is the sine (even columns) or cosine (odd ones) of
 * p / 10000^(2⌊j/2⌋/width). Computed in double precision, as the authors do with NumPy, and rounded once.
 */
export function positionTable(tokens: number, width: number): Float32Array {
  const table = new Float32Array(tokens * width);
  for (let j = 0; j < width; j++) {
    const wavelength = 10000 ** ((2 * Math.floor(j / 2)) / width);
    const wave = j % 2 === 0 ? Math.sin : Math.cos;
    for (let p = 0; p < tokens; p++) table[p * width + j] = wave(p / wavelength);
  }
  return table;
}
