// As many multiply-adds as an adapter can do: eight, twelve or sixteen independent sums a thread, which must be enough to hide a
// multiply-add's latency and few enough for the registers, nothing loaded in between, and many turns a round, since a round costs software
// adapters a load and a store of every sum.
#if HALF
enable f16;
alias Vector = vec4<f16>;
alias Number = f16;
#else
alias Vector = vec4f;
alias Number = f32;
#endif

@group(0) @binding(0) var<storage, read> seed: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

override THREADS: u32;
override ROUNDS: u32;

var<private> a: Vector;
var<private> b: Vector;
var<private> c: Vector;
var<private> d: Vector;

fn turn(s: Vector, t: Vector) {
  a = fma(a, s, t);
  b = fma(b, s, t);
#if SUMS_12
  c = fma(c, s, t);
#endif
#if SUMS_16
  d = fma(d, s, t);
#endif
}

fn eight_turns(s: Vector, t: Vector) {
  turn(s, t);
  turn(s, t);
  turn(s, t);
  turn(s, t);
  turn(s, t);
  turn(s, t);
  turn(s, t);
  turn(s, t);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let s = Vector(Number(seed[0]));
  let t = Vector(Number(seed[1]));
  // All different, or a compiler could do one for several.
  a = Vector(Number(id.x % 8)) + Vector(0, 1, 2, 3);
  b = a + 4;
  c = a + 8;
  d = a + 12;
  for (var i = 0u; i < ROUNDS; i++) {
    eight_turns(s, t);
    eight_turns(s, t);
    eight_turns(s, t);
    eight_turns(s, t);
  }
  let sum = a + b + c + d;
  y[id.x] = f32(sum.x + sum.y + sum.z + sum.w);
}
