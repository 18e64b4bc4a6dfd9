// Dropout's mask of four neighbouring elements, with 1 / (1 - p) for what is kept: one draw of philox.wgsl, whose counter says which four, so
// that the backward draws the same mask again. Appended with it to kernels that bind `draw` [2] (seed, number of the draw), and whose params have
//   layer: u32
//   threshold: u32   words below it drop their element
//   keep_scale: f32  1 / (1 - p)

fn dropout_mask(block: u32, row: u32) -> vec4f {
  let words = philox(vec4u(block, draw[1], row, 0u), vec2u(draw[0], params.layer));
  return select(vec4f(), vec4f(params.keep_scale), words >= vec4u(params.threshold));
}
