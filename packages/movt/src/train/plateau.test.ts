import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Mode, startPlateau, stepPlateau } from './plateau.ts';
import { parseSettings } from './settings.ts';

const values = [
  1, 0.9, 0.89999, 0.9, 0.95, 0.8, 0.81, 0.82, 0.8, 0.79, 0.85, 0.9, 0.9, 0.7, 0.7, 0.7, 0.7, -0.1, -0.1, -0.2, -0.2,
];

// What PyTorch 1.13 does with these values, from a learning rate of 0.01:
//
//   for option in [dict(), dict(patience=2, factor=0.5), …]:
//       optimiser = torch.optim.SGD([torch.zeros(1)], lr=0.01)
//       scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, **option)
//       changes, last = [], 0.01
//       for epoch, value in enumerate(values):
//           scheduler.step(-value if option.get('mode') == 'max' else value)
//           rate = optimiser.param_groups[0]['lr']
//           if rate != last: changes.append([epoch, rate])
//           last = rate
//       print(option, changes)
const cases: [mode: Mode, options: object, changes: [epoch: number, learningRate: number][]][] = [
  ['min', {}, []],
  [
    'min',
    { patience: 2, factor: 0.5 },
    [
      [4, 0.005],
      [8, 0.0025],
      [12, 0.00125],
      [16, 0.000625],
    ],
  ],
  [
    'min',
    { patience: 1, factor: 0.5, threshold: 0.05, thresholdMode: 'abs' },
    [
      [3, 0.005],
      [7, 0.0025],
      [9, 0.00125],
      [11, 0.000625],
      [15, 0.0003125],
    ],
  ],
  [
    'min',
    { patience: 0, factor: 0.3, cooldown: 2 },
    [
      [2, 0.003],
      [6, 0.0009],
      [10, 0.00027],
      [14, 8.1e-5],
    ],
  ],
  [
    'min',
    { patience: 0, minLearningRate: 3e-4 },
    [
      [2, 0.001],
      [3, 0.0003],
    ],
  ],
  [
    'min',
    { patience: 0, factor: 0.5, eps: 1e-3 },
    [
      [2, 0.005],
      [3, 0.0025],
      [4, 0.00125],
    ],
  ],
  ['max', { patience: 2, factor: 0.5 }, [[12, 0.005]]],
  [
    'max',
    { patience: 1, factor: 0.7, cooldown: 1, threshold: 0.01, thresholdMode: 'abs' },
    [
      [3, 0.006999999999999999],
      [7, 0.004899999999999999],
      [10, 0.003429999999999999],
      [15, 0.002400999999999999],
    ],
  ],
];

for (const [mode, options, changes] of cases) {
  test(`${mode} ${JSON.stringify(options)}: PyTorch's learning rates to the bit`, () => {
    const { plateau } = parseSettings({ plateau: options }, 'the test');
    const found: [number, number][] = [];
    let state = startPlateau(0.01, mode);
    for (const [epoch, value] of values.entries()) {
      const next = stepPlateau(state, mode === 'max' ? -value : value, plateau, mode);
      if (next.learningRate !== state.learningRate) found.push([epoch, next.learningRate]);
      state = next;
    }
    assert.equal(found, changes);
  });
}

test.run();
