// As many multiply-adds as an adapter can do: sixteen independent sums a thread, nothing loaded in between, and eight
// turns a round, since a turn of a loop costs software adapters a load and a store of every sum.
@group(0) @binding(0) var<storage, read> seed: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

override THREADS: u32;
override ROUNDS: u32;

var<private> a: vec4f;
var<private> b: vec4f;
var<private> c: vec4f;
var<private> d: vec4f;

fn turn(s: vec4f, t: vec4f) {
  a = fma(a, s, t);
  b = fma(b, s, t);
  c = fma(c, s, t);
  d = fma(d, s, t);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let s = vec4f(seed[0]);
  let t = vec4f(seed[1]);
  a = vec4f(f32(id.x));
  b = a + 1;
  c = a + 2;
  d = a + 3;
  for (var i = 0u; i < ROUNDS; i++) {
    turn(s, t);
    turn(s, t);
    turn(s, t);
    turn(s, t);
    turn(s, t);
    turn(s, t);
    turn(s, t);
    turn(s, t);
  }
  let sum = a + b + c + d;
  y[id.x] = sum.x + sum.y + sum.z + sum.w;
}
