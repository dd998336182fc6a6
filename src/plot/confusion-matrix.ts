import { type Tensor, ValueError } from '../tensor/index.ts';
import { colorAt } from './color-map.ts';
import { type DrawOptions, Figure, type Panel } from './figure.ts';
import { matrixOf } from './numbers.ts';
import { rectangle, textAt } from './svg.ts';

/** Options of the confusion matrix. */
export interface ConfusionMatrixOptions extends DrawOptions {
  readonly title?: string;
  readonly classNames?: readonly string[];
  /** Shares of each row instead of counts. */
  readonly normalize?: boolean;
}

/**
 * How often samples of a class (rows) were taken for another (columns).
 * @param counts a square matrix, such as `confusionMatrix(labels, predictions)` gives
 * @example await plot.confusionMatrix(counts, { classNames: ['cat', 'dog'] }).save('confused.png');
 */
export function confusionMatrix(
  counts: Tensor | readonly ArrayLike<number>[],
  { title = '', classNames, normalize = false, ...options }: ConfusionMatrixOptions = {},
): Figure {
  const matrix = matrixOf(counts, 'confusionMatrix');
  const n = matrix.length;
  if (matrix[0].length !== n || (classNames && classNames.length !== n)) {
    throw new ValueError(
      `plot.confusionMatrix: expected a square matrix and a name a class, received ` +
        `${n} rows, ${matrix[0].length} columns and ${classNames?.length ?? 'no'} names`,
    );
  }
  const names = classNames ?? matrix.map((_, i) => String(i));
  const widest = Math.max(
    ...names.map((name) => [...name].reduce((w, c) => w + (c > '\u2e80' ? 12 : 7), 0)),
  );
  const margin = { left: Math.min(150, widest) + 44, bottom: 52, top: 10, right: 14 };
  const panel: Panel = {
    width: Math.max(260, n * 44) + margin.left + margin.right,
    height: Math.max(220, n * 36) + margin.top + margin.bottom,
    draw: async ({ width, height, theme, words }) => {
      const w = (width - margin.left - margin.right) / n;
      const h = (height - margin.top - margin.bottom) / n;
      const size = Math.max(7, Math.min(13, h * 0.42, w * 0.34));
      const parts: string[] = [];
      matrix.forEach((row, i) => {
        const total = row.reduce((a, b) => a + b, 0) || 1;
        const y = margin.top + i * h;
        parts.push(
          textAt(margin.left - 8, y + h / 2 + 4, names[i], {
            color: theme.text,
            anchor: 'end',
            size: Math.min(12, h * 0.7),
          }),
        );
        row.forEach((count, j) => {
          const share = count / total;
          const x = margin.left + j * w;
          parts.push(
            rectangle(x, y, w - 1, h - 1, `fill="${colorAt('viridis', share)}"`),
            textAt(
              x + w / 2,
              y + h / 2 + size * 0.36,
              normalize ? share.toFixed(2) : String(count),
              {
                color: share > 0.6 ? '#000000' : '#ffffff',
                anchor: 'middle',
                size,
              },
            ),
          );
        });
        parts.push(
          textAt(margin.left + (i + 0.5) * w, height - margin.bottom + 16, shortened(names[i], w), {
            color: theme.text,
            anchor: 'middle',
            size: Math.min(12, Math.max(7, w * 0.4)),
          }),
        );
      });
      const centre = margin.left + (width - margin.left - margin.right) / 2;
      const middle = margin.top + (height - margin.top - margin.bottom) / 2;
      const style = { color: theme.faint, anchor: 'middle' } as const;
      parts.push(
        textAt(centre, height - 12, words.predicted, style),
        `<g transform="translate(14 ${middle}) rotate(-90)">${textAt(0, 0, words.actual, style)}</g>`,
      );
      return parts.join('');
    },
  };
  return new Figure([[panel]], title, options);
}

const shortened = (name: string, width: number): string => {
  const most = Math.max(2, Math.floor(width / 6));
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
};
