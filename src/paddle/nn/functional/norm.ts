// Normalizations.
import { standardize } from '../../../layers/standardize.ts';
import * as ops from '../../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  normalizeAxis,
  ShapeError,
  ValueError,
} from '../../../tensor/index.ts';
import { define } from '../../signature.ts';
import { type TensorLike, unwrap, wrap } from '../../tensor.ts';
import { channelsFirst, fromChannelsLast, toChannelsLast } from './layout.ts';

/** The tensor divided by its p-norm along an axis. */
export const normalize = define(
  'normalize',
  ['x'],
  ['p', 'axis', 'epsilon'],
  (x: TensorLike, p: number = 2, axis: number = 1, epsilon: number = 1e-12) => {
    const tensor = unwrap('normalize', x);
    const at = tensor.rank === 1 ? 0 : normalizeAxis('normalize', axis, tensor.rank);
    const length = ops.pNorm(tensor, at, p, epsilon);
    return wrap(ops.div(tensor, ops.clip(length, epsilon, null)));
  },
);

const optional = (op: string, x: TensorLike | undefined): CoreTensor | null =>
  x === undefined ? null : unwrap(op, x);

/** A factor or offset in the shape in which it meets the tensor. */
const reshaped = (
  op: string,
  x: TensorLike | undefined,
  shape: readonly number[],
): CoreTensor | null => (x === undefined ? null : ops.reshape(unwrap(op, x), shape));

/** All axes but the last. */
const allButLast = (x: CoreTensor): number[] => x.shape.map((_, axis) => axis).slice(0, -1);

/**
 * Channels with mean 0 and variance 1: in training those of the batch, which also move the running
 * ones, in evaluation the running ones; then scaled by `weight` and moved by `bias`.
 */
export const batchNorm = define(
  'batchNorm',
  ['x', 'runningMean', 'runningVar'],
  ['weight', 'bias', 'training', 'momentum', 'epsilon', 'dataFormat', 'useGlobalStats'],
  (
    x: TensorLike,
    runningMean: TensorLike,
    runningVar: TensorLike,
    weight?: TensorLike,
    bias?: TensorLike,
    training: boolean = false,
    momentum: number = 0.9,
    epsilon: number = 1e-5,
    dataFormat: string = 'NCHW',
    useGlobalStats?: boolean,
  ) => {
    const tensor = unwrap('batchNorm', x);
    const first = tensor.rank > 2 && channelsFirst('batchNorm', dataFormat);
    const last = toChannelsLast(tensor, first);
    const [mean, variance] = [unwrap('batchNorm', runningMean), unwrap('batchNorm', runningVar)];
    const channels = last.shape[last.rank - 1];
    if (mean.size !== channels || variance.size !== channels) {
      throw new ShapeError(
        `batchNorm: ${channels} channels in ${formatShape(tensor.shape)} (${dataFormat}), but running ` +
          `statistics of ${formatShape(mean.shape)} and ${formatShape(variance.shape)}`,
      );
    }
    const scaling = {
      epsilon,
      gamma: optional('batchNorm', weight),
      beta: optional('batchNorm', bias),
    };
    const running = useGlobalStats ?? !training;
    if (running) {
      return wrap(fromChannelsLast(standardize(last, { mean, variance, ...scaling }), first));
    }
    const batch = ops.moments(last, allButLast(last));
    ops.update(
      (oldMean, newMean, oldVariance, newVariance) => [
        oldMean.mul(momentum).add(newMean.mul(1 - momentum)),
        oldVariance.mul(momentum).add(newVariance.mul(1 - momentum)),
      ],
      [mean, batch.mean, variance, batch.variance],
      [mean, variance],
    );
    return wrap(fromChannelsLast(standardize(last, { ...batch, ...scaling }), first));
  },
);

/** The last axes, of `normalizedShape`, with mean 0 and variance 1; then scaled and moved. */
export const layerNorm = define(
  'layerNorm',
  ['x', 'normalizedShape'],
  ['weight', 'bias', 'epsilon'],
  (
    x: TensorLike,
    normalizedShape: number | readonly number[],
    weight?: TensorLike,
    bias?: TensorLike,
    epsilon: number = 1e-5,
  ) => {
    const tensor = unwrap('layerNorm', x);
    const { shape, axes } = lastAxes('layerNorm', tensor, normalizedShape);
    const { mean, variance } = ops.moments(tensor, axes, { keepDims: true });
    const gamma = reshaped('layerNorm', weight, shape);
    const beta = reshaped('layerNorm', bias, shape);
    return wrap(standardize(tensor, { mean, variance, epsilon, gamma, beta }));
  },
);

/** The axes that `normalizedShape` is the shape of. */
function lastAxes(
  op: string,
  x: CoreTensor,
  normalizedShape: number | readonly number[],
): { readonly shape: readonly number[]; readonly axes: readonly number[] } {
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  const start = x.rank - shape.length;
  if (start < 0 || shape.some((n, i) => n !== x.shape[start + i])) {
    throw new ShapeError(
      `${op}: normalizedShape ${formatShape(shape)} is not the end of the input's shape ${formatShape(x.shape)}`,
    );
  }
  return { shape, axes: shape.map((_, i) => start + i) };
}

/** The last axes divided by the root of the mean of their squares, then scaled. */
export const rmsNorm = define(
  'rmsNorm',
  ['input', 'normalizedShape'],
  ['weight', 'eps'],
  (
    input: TensorLike,
    normalizedShape: number | readonly number[],
    weight?: TensorLike,
    eps: number = 1e-5,
  ) => {
    const tensor = unwrap('rmsNorm', input);
    const { axes } = lastAxes('rmsNorm', tensor, normalizedShape);
    const variance = ops.mean(ops.square(tensor), axes, { keepDims: true });
    const gamma = optional('rmsNorm', weight);
    return wrap(standardize(tensor, { mean: null, variance, epsilon: eps, gamma }));
  },
);

/** Each channel of each image with mean 0 and variance 1; then scaled and moved. */
export const instanceNorm = define(
  'instanceNorm',
  ['x'],
  ['runningMean', 'runningVar', 'weight', 'bias', 'useInputStats', 'momentum', 'eps', 'dataFormat'],
  (
    x: TensorLike,
    _runningMean?: TensorLike,
    _runningVar?: TensorLike,
    weight?: TensorLike,
    bias?: TensorLike,
    _useInputStats: boolean = true,
    _momentum: number = 0.9,
    eps: number = 1e-5,
    _dataFormat: string = 'NCHW',
  ) => {
    const tensor = unwrap('instanceNorm', x);
    const axes = tensor.shape.map((_, axis) => axis).slice(2);
    if (axes.length === 0) {
      throw new ShapeError(
        `instanceNorm: expected at least 3 axes, received ${formatShape(tensor.shape)}`,
      );
    }
    const { mean, variance } = ops.moments(tensor, axes, { keepDims: true });
    const channels = tensor.shape.map((n, axis) => (axis === 1 ? n : 1));
    const gamma = reshaped('instanceNorm', weight, channels);
    const beta = reshaped('instanceNorm', bias, channels);
    return wrap(standardize(tensor, { mean, variance, epsilon: eps, gamma, beta }));
  },
);

/** Groups of channels of each image with mean 0 and variance 1; then scaled and moved. */
export const groupNorm = define(
  'groupNorm',
  ['x', 'numGroups'],
  ['epsilon', 'weight', 'bias', 'dataFormat'],
  (
    x: TensorLike,
    numGroups: number,
    epsilon: number = 1e-5,
    weight?: TensorLike,
    bias?: TensorLike,
    dataFormat: string = 'NCHW',
  ) => {
    const given = unwrap('groupNorm', x);
    const first = channelsFirst('groupNorm', dataFormat);
    const tensor = toChannelsLast(given, first && given.rank > 2);
    const channels = tensor.shape[tensor.rank - 1];
    if (channels % numGroups !== 0) {
      throw new ValueError(`groupNorm: ${channels} channels do not make ${numGroups} groups`);
    }
    const groups = [numGroups, channels / numGroups];
    const grouped = ops.reshape(tensor, [...tensor.shape.slice(0, -1), ...groups]);
    const axes = grouped.shape
      .map((_, axis) => axis)
      .filter((axis) => axis !== 0 && axis !== grouped.rank - 2);
    const { mean, variance } = ops.moments(grouped, axes, { keepDims: true });
    const gamma = reshaped('groupNorm', weight, groups);
    const beta = reshaped('groupNorm', bias, groups);
    const found = standardize(grouped, { mean, variance, epsilon, gamma, beta });
    return wrap(fromChannelsLast(ops.reshape(found, tensor.shape), first && given.rank > 2));
  },
);

/** Each channel divided by a power of the squares of its neighbours (AlexNet's normalization). */
export const localResponseNorm = define(
  'localResponseNorm',
  ['x', 'size'],
  ['alpha', 'beta', 'k', 'dataFormat'],
  (
    x: TensorLike,
    size: number,
    alpha: number = 1e-4,
    beta: number = 0.75,
    k: number = 1,
    dataFormat: string = 'NCHW',
  ) => {
    const tensor = unwrap('localResponseNorm', x);
    const at = channelsFirst('localResponseNorm', dataFormat) ? 1 : tensor.rank - 1;
    const before = Math.floor(size / 2);
    const widths = tensor.shape.map((_, axis): [number, number] =>
      axis === at ? [before, size - 1 - before] : [0, 0],
    );
    const squares = ops.pad(ops.square(tensor), widths);
    const channels = tensor.shape[at];
    const parts = Array.from({ length: size }, (_, i) => ops.narrow(squares, at, i, channels));
    const total = parts.reduce((a, b) => ops.add(a, b));
    const base = ops.add(ops.mul(total, alpha / size), k);
    return wrap(ops.div(tensor, ops.pow(base, beta)));
  },
);
