import { ValueError } from '../tensor/index.ts';
import { type DrawOptions, Figure } from './figure.ts';

/**
 * Several figures in one, row by row.
 * @example await plot.subplots([[plot.line(loss), plot.line(accuracy)]], { title: 'training' }).save('both.png');
 */
export function subplots(
  rows: readonly (readonly Figure[])[],
  { title = '', ...options }: DrawOptions & { readonly title?: string } = {},
): Figure {
  if (!rows.length || rows.some((row) => !row.length)) {
    throw new ValueError('plot.subplots: expected rows of figures, received none');
  }
  const panels = rows.map((row) =>
    row.map((figure) => {
      if (figure.rows.length === 1 && figure.rows[0].length === 1) return figure.rows[0][0];
      throw new ValueError('plot.subplots: a figure of several parts cannot be a part of another');
    }),
  );
  return new Figure(panels, title, options);
}
