import { ShapeError, Tensor, ValueError } from '../tensor/index.ts';
import { type DrawOptions, Figure } from './figure.ts';
import { type Cell, cellsPanel, imageOf, type Picture, type PixelOptions } from './imshow.ts';

/** Options of grids of pictures. */
export interface GridOptions extends DrawOptions, PixelOptions {
  readonly title?: string;
  readonly columns?: number;
}

/** Options of `imageGrid`. */
export interface ImageGridOptions extends GridOptions {
  /** True classes, numbers or names. */
  readonly labels?: ArrayLike<number | string> | Tensor;
  /** What a model said; what differs from the label is marked. */
  readonly predictions?: ArrayLike<number | string> | Tensor;
  /** Names of the classes. */
  readonly classNames?: readonly string[];
}

/** The pictures of a batch, one by one. */
export const slicesOf = (batch: Tensor | readonly Picture[], what: string): Picture[] => {
  if (!(batch instanceof Tensor)) return [...batch];
  const [count, height, width, channels = 1] = batch.shape;
  if (batch.shape.length !== 3 && batch.shape.length !== 4) {
    throw new ShapeError(
      `plot.${what}: expected pictures [n, height, width, channels], received shape [${batch.shape}]`,
    );
  }
  const data = Array.from(batch.dataSync(), Number);
  const size = height * width * channels;
  return Array.from({ length: count }, (_, i) => ({
    ...{ height, width, channels, isBytes: batch.dtype === 'uint8' },
    data: data.slice(i * size, (i + 1) * size),
  }));
};

/**
 * Pictures in a grid with their labels, and, where predictions are given, these: the wrong ones in a frame.
 * @example await plot.imageGrid(x, { labels: y, predictions: p.argmax(1) }).save('digits.png');
 */
export function imageGrid(
  images: Tensor | readonly Picture[],
  { title = '', labels, predictions, classNames, columns, ...options }: ImageGridOptions = {},
): Figure {
  const pictures = slicesOf(images, 'imageGrid');
  if (!pictures.length) throw new ValueError('plot.imageGrid: there are no pictures');
  const [actual, predicted] = [labels, predictions].map(
    (list) => list && Array.from(list instanceof Tensor ? list.dataSync() : list),
  );
  for (const [name, list] of Object.entries({ labels: actual, predictions: predicted })) {
    if (!list || list.length === pictures.length) continue;
    throw new ValueError(`plot.imageGrid: ${list.length} ${name} for ${pictures.length} pictures`);
  }
  const nameOf = (label: unknown): string => classNames?.[Number(label)] ?? String(label);
  const cells = pictures.map((picture, i): Cell => {
    const image = imageOf(picture, options, 'imageGrid');
    const [label, guess] = [actual?.[i], predicted?.[i]];
    if (guess === undefined) return { image, caption: label === undefined ? '' : nameOf(label) };
    if (label === undefined) return { image, caption: nameOf(guess) };
    const right = nameOf(label) === nameOf(guess);
    const caption = right ? nameOf(guess) : `${nameOf(guess)} (${nameOf(label)})`;
    return { image, caption, mark: right ? 'right' : 'wrong' };
  });
  const across = columns ?? Math.min(8, Math.ceil(Math.sqrt(cells.length * 1.6)));
  return new Figure([[cellsPanel(cells, across)]], title, options);
}
