// As many reads of workgroup memory as an adapter can do: eight independent vectors a round, neighbours by neighbouring threads, at
// places that change from round to round so that nothing can be kept in registers.
@group(0) @binding(0) var<storage, read_write> y: array<f32>; // a number for each thread

override THREADS: u32;
override ROUNDS: u32;

const VECTORS: u32 = 512; // 8 KiB
var<workgroup> tile: array<vec4f, VECTORS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) thread: u32) {
  for (var i = thread; i < VECTORS; i += THREADS) {
    tile[i] = vec4f(f32(i % 4));
  }
  workgroupBarrier();
  var a = vec4f();
  var b = vec4f();
  var c = vec4f();
  var d = vec4f();
  for (var round = 0u; round < ROUNDS; round++) {
    let at = thread + round;
    a += tile[at % VECTORS];
    b += tile[(at + 64) % VECTORS];
    c += tile[(at + 128) % VECTORS];
    d += tile[(at + 192) % VECTORS];
    a += tile[(at + 256) % VECTORS];
    b += tile[(at + 320) % VECTORS];
    c += tile[(at + 384) % VECTORS];
    d += tile[(at + 448) % VECTORS];
  }
  let sum = a + b + c + d;
  y[workgroup.x * THREADS + thread] = sum.x + sum.y + sum.z + sum.w;
}
