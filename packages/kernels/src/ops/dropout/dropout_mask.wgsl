// Dropout's masks: 0 for what is dropped, 1 / (1 - p) for what is kept. A draw of philox.wgsl has four words, and its counter says which four of
// the elements they are for: so the backward draws the same mask again. Appended with that to kernels that bind `draw` [2] (seed, number of the
// draw), and whose params have
//   layer: u32
//   threshold: u32   words below it drop their element
//   keep_scale: f32  1 / (1 - p)

fn dropout_words(block: u32, row: u32) -> vec4u {
  return philox(vec4u(block, draw[1], row, 0u), vec2u(draw[0], params.layer));
}

fn keep(words: vec4u) -> vec4f {
  return select(vec4f(), vec4f(params.keep_scale), words >= vec4u(params.threshold));
}

// Of four neighbouring elements of a tensor.
fn dropout_mask(block: u32) -> vec4f {
  return keep(dropout_words(block, 0u));
}
