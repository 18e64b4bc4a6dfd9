import { costOf, modelOf } from 'movt';
import type { VideoCost } from 'movt/videos';
import type { Contender } from '../experiment/contenders.ts';
import type { Costs, ParetoPoint } from './report.ts';

/** What a clip costs, and takes here. */
export type Expense = Pick<ParetoPoint, 'cost' | 'ms' | 'parameters'>;

const NOTHING: Costs = { thop: 0, mac: 0, flop: 0 };

/** What one clip costs a contender: its model counted, its tracker and the decoding as the data were made. */
export function expenseOf({ series, config, requests }: Contender, modelMs: number, data: VideoCost): Expense {
  const model = modelOf(config);
  const { thop, mac, flop } = costOf(model, model.shapeOf([requests[0].data.set.clips[0]]));
  const isTracked = series === 'MovT' || series === 'Cross-attention';
  const smaller = series === 'PixT' ? data.sample_ms : series === 'MovT' ? 0 : data.resize_ms;
  return {
    parameters: mac.params,
    cost: {
      model: { thop: thop.gops, mac: mac.gops, flop: flop.gops },
      // No hook of thop would see a tracker that is no module of PyTorch.
      tracker: isTracked
        ? { thop: 0, mac: data.klt_macs / data.clips / 1e9, flop: data.klt_flops / data.clips / 1e9 }
        : NOTHING,
    },
    ms: {
      model: modelMs,
      tracker: isTracked ? data.track_ms / data.clips : 0,
      decode: (data.decode_ms + smaller) / data.clips,
    },
  };
}

/** One model after the other on the same clip, the second on a share of the clips alone; the clip is decoded and tracked once. */
export function inSequence(first: Expense, second: Expense, share = 1): Expense {
  const scope = (a: Costs, b: Costs): Costs => ({
    thop: a.thop + share * b.thop,
    mac: a.mac + share * b.mac,
    flop: a.flop + share * b.flop,
  });
  const isTracked = first.cost.tracker.mac > 0;
  return {
    parameters: first.parameters + second.parameters,
    cost: {
      model: scope(first.cost.model, second.cost.model),
      tracker: isTracked ? first.cost.tracker : scope(NOTHING, second.cost.tracker),
    },
    ms: {
      model: first.ms.model + share * second.ms.model,
      tracker: isTracked ? first.ms.tracker : share * second.ms.tracker,
      decode: first.ms.decode,
    },
  };
}
