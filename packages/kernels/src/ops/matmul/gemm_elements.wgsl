
// What the operands of a matrix product are made of: whole vec4s, where the kernel says that all rows begin and end at one, since a load is
// then one.
#if VEC4
alias Element = vec4f;
#if HALF_WEIGHTS
alias Weight = vec4h;
#else
alias Weight = vec4f;
#endif
#else
alias Element = f32;
#if HALF_WEIGHTS
alias Weight = f16;
#else
alias Weight = f32;
#endif
#endif

