// Node 20 lacks the iterator helpers of ES2025 that jax-js calls; Node 22 has them.

const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

const helpers = {
  *map(fn) {
    let i = 0;
    for (const value of this) yield fn(value, i++);
  },
  *filter(fn) {
    let i = 0;
    for (const value of this) if (fn(value, i++)) yield value;
  },
  toArray() {
    return [...this];
  },
};
for (const [name, value] of Object.entries(helpers))
  if (!(name in IteratorPrototype)) Object.defineProperty(IteratorPrototype, name, { value, configurable: true });
