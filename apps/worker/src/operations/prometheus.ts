/** Prometheus' text format, version 0.0.4. */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type MetricLabels = Readonly<Record<string, string | number>>;

export interface Sample {
  /** What follows the metric's name: `_bucket`, `_sum`, `_count`; '' for a counter or gauge. */
  readonly suffix?: string;
  readonly labels?: MetricLabels;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Metrics as Prometheus reads them. */
export function formatMetrics(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap(({ name, type, help, samples }) => [
    `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ suffix = '', labels, value }) => `${name}${suffix}${formatLabels(labels)} ${value}`),
  ]);
  return `${lines.join('\n')}\n`;
}

/** A histogram's samples: `counts[i]` values were at most `bounds[i]` and more than the bound before; the last of them more than any. */
export function histogramSamples(
  labels: MetricLabels,
  bounds: readonly number[],
  counts: readonly number[],
  sum: number,
): Sample[] {
  let seen = 0;
  const buckets = [...bounds, '+Inf'].map((le, index) => {
    seen += counts[index];
    return { suffix: '_bucket', labels: { ...labels, le }, value: seen };
  });
  return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: seen }];
}

function formatLabels(labels: MetricLabels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(`${value}`)}"`);
  return pairs.length ? `{${pairs.join(',')}}` : '';
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
