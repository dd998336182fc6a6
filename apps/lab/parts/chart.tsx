import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A line of a chart. */
export interface Line {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly color: string;
  readonly dashed?: boolean;
}

/** A point of a chart that stands out. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly color: string;
  readonly size?: number;
}

const [width, height] = [560, 320];
const edge = { left: 58, right: 14, top: 14, bottom: 40 };

/** Lines over an axis. Values beyond the range leave the picture; a logarithmic axis shows what is above 0. */
export function Chart({
  label,
  lines,
  marks = [],
  xLabel,
  yLabel,
  xRange,
  yRange,
  log = false,
  onPoint,
  children,
}: {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly lines: readonly Line[];
  readonly marks?: readonly Mark[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  readonly log?: boolean;
  /** Is told the place under the pointer. */
  readonly onPoint?: (x: number, y: number) => void;
  /** More to draw, in the chart's own coordinates. */
  readonly children?: (place: Place) => ComponentChildren;
}) {
  const clip = useId();
  const xs = xRange ?? extent(lines.map(({ x }) => x));
  const given =
    yRange ??
    extent(
      lines.map(({ y }) => y),
      log,
    );
  const ys = log ? given.map((value) => Math.log10(value)) : given;
  const place: Place = {
    x: (value) => edge.left + inner.width * bounded((value - xs[0]) / (xs[1] - xs[0] || 1)),
    y: (value) => {
      const at = ((log ? Math.log10(value) : value) - ys[0]) / (ys[1] - ys[0] || 1);
      return edge.top + inner.height * (1 - bounded(at));
    },
  };
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
        onPointerMove={
          onPoint &&
          ((event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const x = ((event.clientX - box.left) / box.width) * width - edge.left;
            const y = ((event.clientY - box.top) / box.height) * height - edge.top;
            onPoint(
              xs[0] + (x / inner.width) * (xs[1] - xs[0]),
              ys[1] - (y / inner.height) * (ys[1] - ys[0]),
            );
          })
        }
      >
        <clipPath id={clip}>
          <rect x={edge.left} y={edge.top} width={inner.width} height={inner.height} />
        </clipPath>
        {ticks(xs[0], xs[1], 7).map((tick) => (
          <g key={`x${tick}`} class="tick">
            <line x1={place.x(tick)} x2={place.x(tick)} y1={edge.top} y2={height - edge.bottom} />
            <text x={place.x(tick)} y={height - edge.bottom + 16} text-anchor="middle">
              {brief(tick)}
            </text>
          </g>
        ))}
        {(log ? powers(ys[0], ys[1]) : ticks(ys[0], ys[1], 5)).map((tick) => (
          <g key={`y${tick}`} class="tick">
            <line
              x1={edge.left}
              x2={width - edge.right}
              y1={place.y(tick)}
              y2={place.y(tick)}
              class={tick === 0 ? 'zero' : ''}
            />
            <text x={edge.left - 7} y={place.y(tick) + 4} text-anchor="end">
              {brief(tick)}
            </text>
          </g>
        ))}
        <text class="axis" x={edge.left + inner.width / 2} y={height - 4} text-anchor="middle">
          {xLabel}
        </text>
        <text
          class="axis"
          transform={`translate(13 ${edge.top + inner.height / 2}) rotate(-90)`}
          text-anchor="middle"
        >
          {yLabel}
        </text>
        <g clip-path={`url(#${clip})`}>
          {lines.map((line) => (
            <path
              key={line.name}
              class="line"
              d={path(line, place, log)}
              stroke={line.color}
              stroke-dasharray={line.dashed ? '7 5' : undefined}
            />
          ))}
          {children?.(place)}
          {marks.map(({ x, y, color, size = 7 }, i) => (
            <circle key={i} cx={place.x(x)} cy={place.y(y)} r={size} fill={color} class="mark" />
          ))}
        </g>
      </svg>
      {lines.length > 1 && (
        <figcaption class="legend">
          {lines.map(({ name, color, dashed }) => (
            <span key={name}>
              <svg width="26" height="10" aria-hidden="true">
                <line
                  x1="1"
                  x2="25"
                  y1="5"
                  y2="5"
                  stroke={color}
                  stroke-width="3"
                  stroke-dasharray={dashed ? '7 4' : undefined}
                />
              </svg>
              {name}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

const inner = {
  width: width - edge.left - edge.right,
  height: height - edge.top - edge.bottom,
};

/** Far outside the picture browsers lose themselves, and what is not finite is nowhere. */
const bounded = (share: number): number =>
  Number.isNaN(share) ? 20 : Math.min(20, Math.max(-20, share));

/** From values to points of the picture. */
export interface Place {
  x(value: number): number;
  y(value: number): number;
}

function extent(lists: readonly ArrayLike<number>[], log = false): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return log ? [0.1, 1] : [0, 1];
  if (low === high) return log ? [low / 2, low * 2] : [low - 0.5, low + 0.5];
  return [low, high];
}

/** Round numbers in a range. */
function ticks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / count;
  if (!(raw > 0) || !Number.isFinite(raw)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw) as number;
  const list: number[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++)
    list.push(n * step);
  return list;
}

function powers(low: number, high: number): number[] {
  const from = Math.ceil(low);
  const to = Math.floor(high);
  const step = Math.max(1, Math.ceil((to - from) / 6));
  const list: number[] = [];
  for (let n = from; n <= to; n += step) list.push(10 ** n);
  return list;
}

function brief(value: number): string {
  const size = Math.abs(value);
  if (size < 1e-12) return '0';
  if (size >= 1e5 || size < 1e-3) return value.toExponential(0).replace('e+', 'e');
  return String(Number(value.toPrecision(3)));
}

function path({ x, y }: Line, place: Place, log: boolean): string {
  // More points than the picture has are not seen.
  const every = Math.max(1, Math.floor(x.length / 600));
  let text = '';
  let down = false;
  for (let i = 0; i < x.length; i += every) {
    if (!Number.isFinite(y[i]) || (log && y[i] <= 0)) {
      down = false;
      continue;
    }
    text += `${down ? 'L' : 'M'}${place.x(x[i]).toFixed(1)} ${place.y(y[i]).toFixed(1)}`;
    down = true;
  }
  return text;
}
