/** Bars on a logarithmic axis: each line is ten times more. */
export function LogBars({
  values,
  range,
  color,
  label,
  xLabel,
}: {
  readonly values: ArrayLike<number>;
  /** Exponents of ten at the bottom and at the top. */
  readonly range: readonly [number, number];
  readonly color: string;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly xLabel: string;
}) {
  const [width, height] = [560, 240];
  const edge = { left: 52, right: 10, top: 10, bottom: 38 };
  const inner = { width: width - edge.left - edge.right, height: height - edge.top - edge.bottom };
  const [low, high] = range;
  const share = (value: number): number =>
    value > 0 ? Math.min(1, Math.max(0, (Math.log10(value) - low) / (high - low))) : 0;
  const step = inner.width / values.length;
  const lines = Array.from({ length: high - low + 1 }, (_, i) => low + i).filter(
    (power) => (power - low) % Math.max(1, Math.ceil((high - low) / 8)) === 0,
  );
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        {lines.map((power) => {
          const y = edge.top + inner.height * (1 - (power - low) / (high - low));
          return (
            <g key={power} class="tick">
              <line x1={edge.left} x2={width - edge.right} y1={y} y2={y} />
              <text x={edge.left - 7} y={y + 4} text-anchor="end">
                {power === 0 ? '1' : `1e${power}`}
              </text>
            </g>
          );
        })}
        {Array.from(values, (value, i) => (
          <rect
            key={`${i + 1}`}
            x={edge.left + step * (i + 0.12)}
            width={step * 0.76}
            y={edge.top + inner.height * (1 - share(value))}
            height={inner.height * share(value)}
            rx={Math.min(4, step / 5)}
            fill={color}
          >
            <title>{`${i + 1}: ${value.toPrecision(3)}`}</title>
          </rect>
        ))}
        {Array.from(values, (_, i) => i + 1)
          .filter((n) => values.length <= 15 || n === 1 || n % 5 === 0)
          .map((n) => (
            <text
              key={n}
              class="axis"
              x={edge.left + step * (n - 0.5)}
              y={height - edge.bottom + 16}
              text-anchor="middle"
            >
              {n}
            </text>
          ))}
        <text class="axis" x={edge.left + inner.width / 2} y={height - 3} text-anchor="middle">
          {xLabel}
        </text>
      </svg>
    </figure>
  );
}
