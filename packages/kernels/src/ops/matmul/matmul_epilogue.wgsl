// What becomes of an element of the product, or with VEC4 of four, where there is more to do than an activation: that, dropout, the backward of
// an activation, a sum with what is there already, in this order. `at` counts Elements; dropout_mask.wgsl and the activations are appended.

#if DROPOUT
@group(0) @binding(4) var<storage, read> draw: array<u32>; // [2]: seed, number of the draw
#endif
#if GATE
@group(0) @binding(5) var<storage, read> gate: array<Element>; // [batch,m,n]: what went into the activation
#endif
#if RESIDUAL
@group(0) @binding(6) var<storage, read> residual: array<Element>; // [batch,m,n], or with RESIDUAL_REPEATS as many of these rows as it has
#endif

fn finish(at: u32, product: Element) -> Element {
#if GATE
  var value = product; // the flags' activation is the gate's
#elif VEC4
  var value = activate4(product);
#else
  var value = activate(product);
#endif
#if DROPOUT
#if VEC4
  value *= dropout_mask(at);
#else
  value *= dropout_mask(at / 4)[at % 4];
#endif
#endif
#if GATE
#if VEC4
  value = activate_backward4(value, gate[at]) * params.gate_scale;
#else
  value = activate_backward(value, gate[at]) * params.gate_scale;
#endif
#endif
#if RESIDUAL_REPEATS
  value += residual[at % params.residual_length];
#elif RESIDUAL
  value += residual[at];
#endif
  return value;
}
