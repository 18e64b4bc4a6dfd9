// Philox4x32-10, as runtime/random.ts states it: four random words that are a function of counter and key. WGSL has no 64-bit product
// either, so the high halves come from 16-bit ones. Appended to kernels that draw.
// (Its constants are local: naga cannot compile a module's own vectors beside arrays whose size is an override.)

// High 32 bits of each product of two words.
fn multiply_high(a: vec2u, b: vec2u) -> vec2u {
  let a_low = a & vec2u(0xffffu);
  let a_high = a >> vec2u(16u);
  let b_low = b & vec2u(0xffffu);
  let b_high = b >> vec2u(16u);
  let middle = a_high * b_low + ((a_low * b_low) >> vec2u(16u));
  let carry = (middle & vec2u(0xffffu)) + a_low * b_high;
  return a_high * b_high + (middle >> vec2u(16u)) + (carry >> vec2u(16u));
}

fn philox(counter: vec4u, key: vec2u) -> vec4u {
  let multipliers = vec2u(0xd2511f53u, 0xcd9e8d57u);
  let key_steps = vec2u(0x9e3779b9u, 0xbb67ae85u);
  var c = counter;
  var k = key;
  for (var round = 0u; round < 10u; round++) {
    let high = multiply_high(multipliers, c.xz);
    let low = multipliers * c.xz;
    c = vec4u(high.y ^ c.y ^ k.x, low.y, high.x ^ c.w ^ k.y, low.x);
    k += key_steps;
  }
  return c;
}
