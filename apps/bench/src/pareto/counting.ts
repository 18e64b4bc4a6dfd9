/** How the figures came about, as a page says it below its tables: what each convention counts, and what it leaves out. */
export const COUNTING: readonly (readonly [term: string, meaning: string])[] = [
  [
    'thop',
    'What the profiler of that name (Lyken17, since September 2022) prints, and what the paper prints: multiply-accumulates seen by hooks on PyTorch’s ' +
      'modules, 10⁹ (G). Linear layers and convolutions without biases, and 4 a number for layer norms. It does not see the products of attention ' +
      '(q·k and weights·v), nor the projections within nn.MultiheadAttention or in functional calls, nor softmax, ReLU and GELU. Code that is no PyTorch ' +
      'module (Lucas–Kanade, decoding) does not exist for it.',
  ],
  [
    'MAC',
    'Every multiply-accumulate, 10⁹ (GMAC): those that thop counts, and those of attention, of every projection, and of the tracker. Layer norms, softmax, ' +
      'activations and additions by themselves are none.',
  ],
  [
    'FLOP',
    'Every operation of floating-point arithmetic, 10⁹ (GFLOP): two a multiply-accumulate, and the element-wise work by the rule that each kernel declares.',
  ],
  [
    'ms',
    'Milliseconds a clip, measured on the adapter named above: what it is to wait for an answer there, memory, launches and read-back included. Times may ' +
      'rank otherwise on other hardware; counts do not.',
  ],
  ['model', 'From the model’s input to its answer. The paper’s trade-offs are of this scope.'],
  [
    '+ tracker',
    'And making the tracks that the input consists of: pyramidal Lucas–Kanade, counted from its kernels. How many steps a search takes depends on the ' +
      'pictures; five are counted. Models that look at pixels alone pay nothing here.',
  ],
  [
    '+ decoding',
    'And from files to frames, and to what of them a model takes. Measured only: what a decoder does (entropy decoding, integer transforms) is nothing ' +
      'that these conventions count, so by them this scope has the cost of the one before.',
  ],
];
