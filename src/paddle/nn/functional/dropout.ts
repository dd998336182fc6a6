// Elements left out at random.
import * as ops from '../../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  ShapeError,
  ValueError,
} from '../../../tensor/index.ts';
import { define } from '../../signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from '../../tensor.ts';
import { seluAlpha, seluScale } from './selu-numbers.ts';

const checkRate = (op: string, p: number): void => {
  if (p >= 0 && p <= 1) return;
  throw new ValueError(`${op}: p must lie in [0, 1], received ${p}`);
};

/** The shape of the draws: one for each place along the named axes, shared along the others. */
function maskShape(
  op: string,
  x: CoreTensor,
  axis: number | readonly number[] | undefined,
): readonly number[] {
  if (axis === undefined) return x.shape;
  const axes = typeof axis === 'number' ? [axis] : axis;
  const wrong = axes.find((a) => !Number.isInteger(a) || a < 0 || a >= x.rank);
  if (wrong !== undefined) {
    throw new ShapeError(`${op}: axis ${wrong} is not one of ${formatShape(x.shape)}`);
  }
  return x.shape.map((n, i) => (axes.includes(i) ? n : 1));
}

/**
 * Zeros with probability `p` in training; what stays is scaled up then, or (mode
 * 'downscale_in_infer') everything scaled down otherwise. Along `axis` the draws differ, along other
 * axes they are shared.
 */
export const dropout = define(
  'dropout',
  ['x'],
  ['p', 'axis', 'training', 'inplace', 'mode'],
  (
    x: TensorLike,
    p: number = 0.5,
    axis?: number | readonly number[],
    training: boolean = true,
    _inplace: boolean = false,
    mode: string = 'upscale_in_train',
  ): Tensor => {
    checkRate('dropout', p);
    if (mode !== 'upscale_in_train' && mode !== 'downscale_in_infer') {
      throw new ValueError(
        `dropout: mode must be upscale_in_train or downscale_in_infer, received '${mode}'`,
      );
    }
    const tensor = unwrap('dropout', x);
    const upscale = mode === 'upscale_in_train';
    if (p === 0) return wrap(tensor);
    if (!training) return wrap(upscale ? tensor : ops.mul(tensor, 1 - p));
    if (p === 1) return wrap(ops.mul(tensor, 0));
    const kept = ops.dropout(tensor, p, { noiseShape: maskShape('dropout', tensor, axis) });
    return wrap(upscale ? kept : ops.mul(kept, 1 - p));
  },
);

const channelDropout = (name: string, rank: number, format: string) =>
  define(
    name,
    ['x'],
    ['p', 'training', 'dataFormat'],
    (
      x: TensorLike,
      p: number = 0.5,
      training: boolean = true,
      dataFormat: string = format,
    ): Tensor => {
      const tensor = unwrap(name, x);
      if (tensor.rank !== rank) {
        throw new ShapeError(
          `${name}: expected ${rank} axes (${dataFormat}), received ${formatShape(tensor.shape)}`,
        );
      }
      return dropout(tensor, p, dataFormat.startsWith('NC') ? [0, 1] : [0, rank - 1], training);
    },
  );

/** Whole channels of images left out. */
export const dropout2d = channelDropout('dropout2d', 4, 'NCHW');
/** Whole channels of volumes left out. */
export const dropout3d = channelDropout('dropout3d', 5, 'NCDHW');
/** Whole channels of series left out. */
export const dropout1d = define(
  'dropout1d',
  ['input'],
  ['p', 'training', 'inplace'],
  (
    input: TensorLike,
    p: number = 0.5,
    training: boolean = true,
    _inplace: boolean = false,
  ): Tensor => dropout(input, p, [0, 1], training),
);

function alpha(
  op: string,
  x: TensorLike,
  p: number,
  training: boolean,
  byFeature: boolean,
): Tensor {
  checkRate(op, p);
  const tensor = unwrap(op, x);
  if (!training || p === 0) return wrap(tensor);
  if (p === 1) return wrap(ops.mul(tensor, 0));
  const shape = byFeature ? tensor.shape.map((n, axis) => (axis < 2 ? n : 1)) : tensor.shape;
  const low = -seluAlpha * seluScale;
  const factor = 1 / Math.sqrt((1 - p) * (1 + p * low * low));
  const kept = ops.cast(ops.random.bernoulli(shape, { p: 1 - p }), tensor.dtype);
  const mixed = ops.add(ops.mul(tensor, kept), ops.mul(ops.sub(1, kept), low));
  return wrap(ops.add(ops.mul(mixed, factor), -factor * low * p));
}

/** Elements replaced so that the mean and variance of a self-normalizing network stay. */
export const alphaDropout = define(
  'alphaDropout',
  ['x'],
  ['p', 'training'],
  (x: TensorLike, p: number = 0.5, training: boolean = true) =>
    alpha('alphaDropout', x, p, training, false),
);

/** Whole channels replaced so that the mean and variance of a self-normalizing network stay. */
export const featureAlphaDropout = define(
  'featureAlphaDropout',
  ['x'],
  ['p', 'training'],
  (x: TensorLike, p: number = 0.5, training: boolean = true) =>
    alpha('featureAlphaDropout', x, p, training, true),
);
