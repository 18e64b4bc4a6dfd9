// Dropout of attention's weights, to be appended with dropout_mask.wgsl. A draw is for four keys by two queries, half a word each: drawing is then
// a fraction of the products' work, and each form has its 4 × 4 pairs from two draws, whichever of them it owns.

// The mask of four queries with four keys, both beginning at multiples of four: columns are queries.
fn weights_mask(head: Head, query: u32, key: u32) -> mat4x4f {
  let row = (head.batch * params.heads + head.index) * ((params.queries + 1) / 2) + query / 2;
  let a = dropout_words(key / 4, row);
  let b = dropout_words(key / 4, row + 1);
  // The threshold's lower half is 0: that of a word does not change the comparison.
  return mat4x4f(keep(a), keep(a << vec4u(16)), keep(b), keep(b << vec4u(16)));
}

fn times(a: mat4x4f, b: mat4x4f) -> mat4x4f {
  return mat4x4f(a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]);
}
