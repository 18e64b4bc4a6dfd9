// As many multiply-adds as an adapter can do: sixteen independent vec4 sums a thread, nothing loaded in between.
@group(0) @binding(0) var<storage, read> seed: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

override THREADS: u32;
override ROUNDS: u32;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let s = seed[0];
  let t = vec4f(seed[1]);
  var a = vec4f(f32(id.x));
  var b = a + 1;
  var c = a + 2;
  var d = a + 3;
  for (var i = 0u; i < ROUNDS; i++) {
    a = a * s + t;
    b = b * s + t;
    c = c * s + t;
    d = d * s + t;
  }
  let sum = a + b + c + d;
  y[id.x] = sum.x + sum.y + sum.z + sum.w;
}
