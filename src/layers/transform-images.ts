import { choice, number } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import { arange, cast, elementwise, gather, reshape, where } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** What lies outside an image: its mirror image, its repetition, its edge, or one value. */
export type FillMode = 'constant' | 'nearest' | 'reflect' | 'wrap';

/** Options of layers that move pixels. */
export const transformOptions = {
  fillMode: choice(['constant', 'nearest', 'reflect', 'wrap'], 'reflect'),
  interpolation: choice(['bilinear', 'nearest'], 'bilinear'),
  fillValue: number(0),
};

/** How pixels are found. */
export interface Sampling {
  readonly fillMode: FillMode;
  readonly interpolation: 'bilinear' | 'nearest';
  readonly fillValue: number;
}

/**
 * Where in the original a pixel of the result lies, for each image: x' = a x + b y + c, y' = d x + e y + f, in pixels from
 * the first; each [batch, 1, 1, 1].
 */
export interface Affine {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c: Tensor;
  readonly d: Tensor;
  readonly e: Tensor;
  readonly f: Tensor;
}

/** Images [batch, height, width, channels] with their pixels moved. */
export function transformImages(images: Tensor, affine: Affine, sampling: Sampling): Tensor {
  const [, height, width] = images.shape;
  const { dtype } = images;
  const x = reshape(arange(width, undefined, 1, { dtype }), [1, 1, width, 1]);
  const y = reshape(arange(height, undefined, 1, { dtype }), [1, height, 1, 1]);
  const place = (name: string, p: Tensor, q: Tensor, r: Tensor): Tensor =>
    elementwise(name, (u, v, i, j, k) => i.mul(u).add(j.mul(v)).add(k), [x, y, p, q, r]);
  const column = inside(place('sourceColumn', affine.a, affine.b, affine.c), width, sampling);
  const row = inside(place('sourceRow', affine.d, affine.e, affine.f), height, sampling);
  if (sampling.interpolation === 'nearest') {
    return pixels(images, row.round(), column.round(), sampling);
  }
  const [top, left] = [row.floor(), column.floor()];
  const [bottom, right] = [top.add(1), left.add(1)];
  return elementwise(
    'bilinear',
    (a, b, c, d, v, u, v0, u0) => {
      const [down, across] = [v.sub(v0), u.sub(u0)];
      const upper = a.add(b.sub(a).mul(across));
      const lower = c.add(d.sub(c).mul(across));
      return upper.add(lower.sub(upper).mul(down));
    },
    [
      pixels(images, top, left, sampling),
      pixels(images, top, right, sampling),
      pixels(images, bottom, left, sampling),
      pixels(images, bottom, right, sampling),
      ...[row, column, top, left],
    ],
  );
}

/** Coordinates outside the image, brought inside as the fill mode says. */
function inside(at: Tensor, size: number, { fillMode }: Sampling): Tensor {
  const clamp = (v: Expr): Expr => v.max(0).min(size - 1);
  switch (fillMode) {
    case 'constant':
      return at;
    case 'nearest':
      return elementwise('nearestInside', clamp, [at]);
    case 'wrap':
      return elementwise('wrappedInside', (v) => clamp(v.mod(size)), [at]);
    case 'reflect':
      return elementwise(
        'reflectedInside',
        (v) => {
          const turn = v.mod(2 * size);
          return clamp(turn.ge(size).select(turn.neg().add(2 * size - 1), turn));
        },
        [at],
      );
  }
}

/** The pixels at whole coordinates; the fill value outside. */
function pixels(
  images: Tensor,
  row: Tensor,
  column: Tensor,
  { fillValue, fillMode }: Sampling,
): Tensor {
  const [batch, height, width, channels] = images.shape;
  const image = reshape(arange(batch), [-1, 1, 1, 1]);
  const index = elementwise(
    'pixelIndex',
    (i, y, x) =>
      i
        .mul(height)
        .add(y.max(0).min(height - 1))
        .mul(width)
        .add(x.max(0).min(width - 1)),
    [image, cast(row, 'int32'), cast(column, 'int32')],
    { dtype: 'int32' },
  );
  const found = gather(
    reshape(images, [batch * height * width, channels]),
    reshape(index, index.shape.slice(0, 3)),
  );
  if (fillMode !== 'constant') return found;
  const within = elementwise(
    'withinImage',
    (y, x) => y.ge(0).mul(y.lt(height)).mul(x.ge(0)).mul(x.lt(width)),
    [row, column],
    { dtype: 'bool' },
  );
  return where(within, found, fillValue);
}
