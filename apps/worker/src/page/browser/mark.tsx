/** A point of a plot. Series differ in form too, not in colour alone. */
export function Mark({ series, x, y }: { series: string; x: number; y: number }) {
  switch (series) {
    case 'MovT':
      return <circle cx={x} cy={y} r={5} class="movt" />;
    case 'VideoMAE':
      return <rect x={x - 4.5} y={y - 4.5} width={9} height={9} class="video" />;
    case 'PixT':
      return <path d={`M${x} ${y + 6.5}l6 -11h-12z`} class="pixt" />;
    case 'Cascade':
      return <path d={`M${x} ${y - 6.5}l5 6.5 -5 6.5 -5 -6.5z`} class="cascade" />;
    case 'this':
      return (
        <path d={`M${x} ${y - 8}l2.3 5.7 5.9.5-4.6 3.9 1.5 5.9-5.1-3.3-5.1 3.3 1.5-5.9-4.6-3.9 5.9-.5z`} class="this" />
      );
    default:
      return <path d={`M${x} ${y - 6.5}l6 11h-12z`} class="fusion" />;
  }
}

/** What the marks of all series mean. */
export function SeriesKeys({ all }: { all: readonly string[] }) {
  return all.map((series) => (
    <Key key={series} series={series}>
      {series}
    </Key>
  ));
}

/** What a mark means. */
export function Key({ series, children }: { series: string; children: preact.ComponentChildren }) {
  return (
    <li>
      <svg class="swatch" viewBox="-9 -9 18 18" aria-hidden="true">
        <Mark series={series} x={0} y={0} />
      </svg>
      {children}
    </li>
  );
}
