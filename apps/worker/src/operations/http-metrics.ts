import { histogramSamples, type Metric } from './prometheus.ts';

/** Seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Anything else a client may write as a method counts as one. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** A request that is over. */
export interface Answered {
  readonly method: string;
  /** The route's pattern, never the path itself. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** What is counted of requests, whatever they ask for. */
export interface HttpMetrics {
  begin(): void;
  end(request: Answered): void;
  collect(): Metric[];
}

interface Series {
  readonly labels: { method: string; route: string; status: number };
  readonly counts: number[];
  sum: number;
  total: number;
}

/** Counts from zero. */
export function createHttpMetrics(): HttpMetrics {
  const all = new Map<string, Series>();
  let inProgress = 0;
  return {
    begin() {
      inProgress++;
    },
    end({ method: given, route, status, seconds }) {
      inProgress--;
      const method = METHODS.includes(given) ? given : 'other';
      const key = `${method} ${status} ${route}`;
      let series = all.get(key);
      if (!series) {
        series = { labels: { method, route, status }, counts: new Array(BOUNDS.length + 1).fill(0), sum: 0, total: 0 };
        all.set(key, series);
      }
      const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
      series.counts[bucket === -1 ? BOUNDS.length : bucket]++;
      series.sum += seconds;
      series.total++;
    },
    collect() {
      const series = [...all.values()];
      return [
        {
          name: 'http_requests_total',
          type: 'counter',
          help: 'Requests that were answered',
          samples: series.map(({ labels, total }) => ({ labels, value: total })),
        },
        {
          name: 'http_request_duration_seconds',
          type: 'histogram',
          help: 'Time from the first byte of a request to the end of its answer',
          samples: series.flatMap(({ labels, counts, sum }) => histogramSamples(labels, BOUNDS, counts, sum)),
        },
        {
          name: 'http_requests_in_progress',
          type: 'gauge',
          help: 'Requests that are not answered yet',
          samples: [{ value: inProgress }],
        },
      ];
    },
  };
}
