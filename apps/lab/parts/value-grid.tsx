import { type Colors, css, signed } from './colors.ts';
import { short } from './matrix.tsx';

/** A small table of numbers with colours; with `onEdit`, to be changed. */
export function ValueGrid({
  values,
  width,
  range,
  colors = signed,
  label,
  onEdit,
  name,
}: {
  readonly values: ArrayLike<number>;
  readonly width: number;
  readonly range: readonly [number, number];
  readonly colors?: Colors;
  readonly label: string;
  readonly onEdit?: (index: number, value: number) => void;
  /** Name of a cell, for those who do not see where it is. */
  readonly name?: (index: number) => string;
}) {
  const color = (value: number): Record<string, string> => {
    const shade = colors((value - range[0]) / (range[1] - range[0] || 1));
    const bright = shade[0] * 0.3 + shade[1] * 0.59 + shade[2] * 0.11 > 140;
    return { background: css(shade), color: bright ? '#111' : '#fff' };
  };
  return (
    <fieldset class="value-grid" style={{ '--columns': String(width) }}>
      <legend>{label}</legend>
      {Array.from(values, (value, i) =>
        onEdit ? (
          <input
            key={`${i + 1}`}
            type="number"
            step="any"
            value={String(Math.round(value * 1000) / 1000)}
            aria-label={name?.(i)}
            style={color(value)}
            onInput={({ currentTarget }) => {
              const next = Number(currentTarget.value);
              if (currentTarget.value !== '' && Number.isFinite(next)) onEdit(i, next);
            }}
          />
        ) : (
          <span key={`${i + 1}`} style={color(value)}>
            {short(value)}
          </span>
        ),
      )}
    </fieldset>
  );
}
