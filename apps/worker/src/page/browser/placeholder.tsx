import { blueToRed } from 'movt/blue-to-red';

const [WIDTH, HEIGHT] = [160, 90];
const [COLUMNS, ROWS] = [9, 5];
const STEPS = 10;
/** Radians that the middle turns. */
const TURN = 1.9;

/** Points that whirl about the middle, drawn as tracks are: what is to be seen once there is a clip. */
export function Placeholder() {
  return (
    <svg class="whirl" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {Array.from({ length: COLUMNS * ROWS }, (_, i) => (
        <Whirled
          key={i}
          x={((i % COLUMNS) + 0.5) * (WIDTH / COLUMNS)}
          y={(Math.floor(i / COLUMNS) + 0.5) * (HEIGHT / ROWS)}
        />
      ))}
    </svg>
  );
}

function Whirled({ x, y }: { x: number; y: number }) {
  const [dx, dy] = [x - WIDTH / 2, y - HEIGHT / 2];
  const turn = TURN * Math.exp(-Math.hypot(dx, dy) / 32);
  const places = Array.from({ length: STEPS + 1 }, (_, step) => {
    const angle = (turn * step) / STEPS;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [WIDTH / 2 + dx * cos - dy * sin, HEIGHT / 2 + dx * sin + dy * cos].map((value) => value.toFixed(2));
  });
  const [cx, cy] = places[STEPS]!;
  return (
    <g stroke-width="1.1" stroke-linecap="round">
      {places.slice(1).map((to, i) => (
        <path key={i} d={`M${places[i]}L${to}`} stroke={`rgb(${blueToRed((i + 1) / STEPS).map(Math.round)})`} />
      ))}
      <circle cx={cx} cy={cy} r="1" fill={`rgb(${blueToRed(1)})`} />
    </g>
  );
}
