// What both backward shaders of velocity_linear are told; appended to them.

struct Params {
  frames: u32,   // T
  points: u32,   // N
  channels: u32, // C, in Channels
  count: u32,    // B*N
}

// A thread takes four neighbouring channels at a time where they come in fours.
#if VEC4
alias Channels = vec4f;
#else
alias Channels = f32;
#endif
