// As many multiply-adds as an adapter can do: sixteen independent sums a thread (eight without WIDE, where registers are few), nothing
// loaded in between, and eight turns a round, since a turn of a loop costs software adapters a load and a store of every sum.
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
#if WIDE
  c = fma(c, s, t);
  d = fma(d, s, t);
#endif
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let s = Vector(Number(seed[0]));
  let t = Vector(Number(seed[1]));
  a = Vector(Number(id.x % 8));
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
  y[id.x] = f32(sum.x + sum.y + sum.z + sum.w);
}
