/**
 * The layers of MovT as plain loops over float64, for one clip. A matrix is row-major in one array; its shape stands
 * beside it. Written to be read and to be right: nothing here is shared with the kernels that it checks.
 */

/** The rows of a matrix [rows, width], as views of it. */
function rowsOf(matrix: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: matrix.length / width }, (_, r) => matrix.subarray(r * width, (r + 1) * width));
}

/** Σ_i a[i]·b[i], in four partial sums: one alone would make the processor wait for each addition (2× slower). */
function dot(a: Float64Array, b: Float64Array): number {
  const whole = a.length - (a.length % 4);
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let i = 0; i < whole; i += 4) {
    sum0 += a[i] * b[i];
    sum1 += a[i + 1] * b[i + 1];
    sum2 += a[i + 2] * b[i + 2];
    sum3 += a[i + 3] * b[i + 3];
  }
  for (let i = whole; i < a.length; i++) sum0 += a[i] * b[i];
  return sum0 + sum1 + sum2 + sum3;
}

/** y[r, o] = bias[o] + Σ_i x[r, i]·weight[o, i], for x [rows, in], weight [out, in], bias [out] → [rows, out]. */
export function linear(x: Float64Array, weight: Float64Array, bias: Float64Array): Float64Array {
  const outputs = bias.length;
  const inputs = weight.length / outputs;
  const weightRows = rowsOf(weight, inputs);
  const y = new Float64Array((x.length / inputs) * outputs);
  for (const [r, row] of rowsOf(x, inputs).entries()) {
    for (let o = 0; o < outputs; o++) y[r * outputs + o] = bias[o] + dot(row, weightRows[o]);
  }
  return y;
}

/** max(x, 0), elementwise. */
export function relu(x: Float64Array): Float64Array {
  return x.map((value) => Math.max(value, 0));
}

/** erf(x) = 2/√π · e^(−x²) · Σ_n 2ⁿ x^(2n+1) / (1·3·…·(2n+1)): all terms of one sign, so no digits are lost. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x); // 1 − erf(6) is 2e-17
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** GELU, the exact form x·Φ(x), elementwise. */
export function gelu(x: Float64Array): Float64Array {
  return x.map((value) => 0.5 * value * (1 + erf(value / Math.SQRT2)));
}

/** a + b, elementwise. */
export function add(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]);
}

/** Each row of x [rows, width] normalised to mean 0 and variance 1 (biased, ε added), then scaled and shifted. */
export function layerNorm(x: Float64Array, weight: Float64Array, bias: Float64Array, eps = 1e-5): Float64Array {
  const width = weight.length;
  const y = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += width) {
    const row = x.subarray(start, start + width);
    const mean = row.reduce((sum, value) => sum + value, 0) / width;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const rstd = 1 / Math.sqrt(variance + eps);
    for (let c = 0; c < width; c++) y[start + c] = (row[c] - mean) * rstd * weight[c] + bias[c];
  }
  return y;
}

/** e^x / Σ e^x, with the largest x subtracted first so that nothing overflows. */
export function softmax(x: Float64Array): Float64Array {
  const highest = x.reduce((a, b) => Math.max(a, b));
  const powers = x.map((value) => Math.exp(value - highest));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}

/**
 * Multi-head attention before its output projection.
 * @param q [queries, width], head after head
 * @param k [keys, width]
 * @param v [keys, width]
 * @returns [queries, width]: softmax(q·kᵀ / √(head size))·v of every head
 */
export function crossAttention(
  q: Float64Array,
  k: Float64Array,
  v: Float64Array,
  width: number,
  heads: number,
): Float64Array {
  const size = width / heads;
  const y = new Float64Array(q.length);
  for (let h = 0; h < heads; h++) {
    /** The head's slice of every token. */
    const slices = (x: Float64Array) => rowsOf(x, width).map((row) => row.subarray(h * size, (h + 1) * size));
    const [queries, keys, values] = [slices(q), slices(k), slices(v)];
    for (const [i, query] of queries.entries()) {
      const scores = Float64Array.from(keys, (key) => dot(query, key) / Math.sqrt(size));
      const shares = softmax(scores);
      for (const [j, value] of values.entries()) {
        for (let c = 0; c < size; c++) y[i * width + h * size + c] += shares[j] * value[c];
      }
    }
  }
  return y;
}

/**
 * Multi-head self-attention before its output projection.
 * @param qkv [tokens, 3·width]: queries, keys and values side by side, each of them head after head
 * @returns [tokens, width]
 */
export function attention(qkv: Float64Array, width: number, heads: number): Float64Array {
  /** Queries (part 0), keys (1) or values (2) of every token: [tokens, width]. */
  const part = (which: 0 | 1 | 2) =>
    Float64Array.from({ length: qkv.length / 3 }, (_, i) => {
      const token = Math.floor(i / width);
      return qkv[(token * 3 + which) * width + (i % width)];
    });
  return crossAttention(part(0), part(1), part(2), width, heads);
}

/**
 * Convolution over time with zeros beyond both ends ("same" padding, odd kernel).
 * @param x [frames, in]
 * @param weight [out, in, kernel]
 * @returns [frames, out]
 */
export function conv1d(
  x: Float64Array,
  frames: number,
  weight: Float64Array,
  bias: Float64Array,
  kernel: number,
): Float64Array {
  const inputs = x.length / frames;
  // A linear layer over windows [frames, in, kernel].
  const windows = new Float64Array(frames * inputs * kernel);
  for (let t = 0; t < frames; t++) {
    for (let k = 0; k < kernel; k++) {
      const source = t + k - (kernel - 1) / 2;
      if (source < 0 || source >= frames) continue;
      for (let i = 0; i < inputs; i++) windows[(t * inputs + i) * kernel + k] = x[source * inputs + i];
    }
  }
  return linear(windows, weight, bias);
}

/** The largest value of each column of x [rows, width] → [width]. */
export function maxOverRows(x: Float64Array, width: number): Float64Array {
  const y = x.slice(0, width);
  for (let i = width; i < x.length; i++) y[i % width] = Math.max(y[i % width], x[i]);
  return y;
}

/** The mean of each column of x [rows, width] → [width]. */
export function meanOverRows(x: Float64Array, width: number): Float64Array {
  const y = new Float64Array(width);
  for (let i = 0; i < x.length; i++) y[i % width] += x[i];
  return y.map((sum) => sum / (x.length / width));
}
