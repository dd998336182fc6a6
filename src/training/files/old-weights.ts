// Weights as Keras 1, Keras on Theano and layers for cuDNN kept them.
import type { FileArray, FileData } from '../../formats/file-array.ts';
import { Bidirectional } from '../../layers/bidirectional.ts';
import type { Layer } from '../../layers/layer.ts';
import { TimeDistributed } from '../../layers/time-distributed.ts';
import { FormatError } from '../../tensor/index.ts';
import { Model } from '../model.ts';

/** Where weights come from. */
export interface WeightOrigin {
  /** The first number of Keras' version; 1 where the file does not say. */
  readonly version: number;
  /** `tensorflow`, `theano`, …; null where the file does not say. */
  readonly backend: string | null;
}

/** Whether a layer's weights have another form in the file, so that they must be in memory together. */
export const isOldForm = (
  origin: WeightOrigin,
  layer: Layer,
  shapes: readonly (readonly number[])[],
): boolean => origin.version < 2 || origin.backend === 'theano' || isCudnn(layer, shapes);

/** A layer's weights in Keras' present form and order. */
export function modernWeights(
  layer: Layer,
  weights: readonly FileArray[],
  origin: WeightOrigin,
): readonly FileArray[] {
  if (layer instanceof Bidirectional) {
    const half = Math.floor(weights.length / 2);
    return [
      ...modernWeights(layer.forwardLayer, weights.slice(0, half), origin),
      ...modernWeights(layer.backwardLayer, weights.slice(half), origin),
    ];
  }
  if (layer instanceof TimeDistributed) return modernWeights(layer.layer, weights, origin);
  if (layer instanceof Model) return modernModel(layer, weights, origin);
  let result = origin.version < 2 ? fromVersion1(layer, weights) : weights;
  if (origin.backend === 'theano' && isConvolution(layer) && result.length) {
    result = [flipSides(result[0]), ...result.slice(1)];
  }
  return isCudnn(
    layer,
    result.map(({ shape }) => shape),
  )
    ? fromCudnn(layer, result)
    : result;
}

/** A model's trainable weights stand before the others. */
function modernModel(
  model: Model,
  weights: readonly FileArray[],
  origin: WeightOrigin,
): readonly FileArray[] {
  const parts = [model.trainableWeights, model.nonTrainableWeights].flat();
  const byWeight = new Map(parts.map((weight, i) => [weight, weights[i]]));
  for (const layer of model.layers) {
    const own = [...layer.trainableWeights, ...layer.nonTrainableWeights];
    const arrays = own.map((weight) => byWeight.get(weight)).filter((array) => array !== undefined);
    modernWeights(layer, arrays, origin).forEach((array, i) => {
      byWeight.set(own[i], array);
    });
  }
  return parts.map((weight) => byWeight.get(weight)!);
}

const isConvolution = ({ className }: Layer): boolean =>
  /^Conv\dD(Transpose)?$|^ConvLSTM/.test(className);

function fromVersion1(layer: Layer, weights: readonly FileArray[]): readonly FileArray[] {
  const [kernel, ...rest] = weights;
  if (!kernel) return weights;
  const channelsFirst = (layer as { dataFormat?: unknown }).dataFormat === 'channels_first';
  switch (layer.className) {
    case 'Conv1D': {
      if (kernel.shape.length !== 4) return weights;
      // As an image of one column; in Theano's order [filters, channels, steps, 1].
      const [length] = (layer as unknown as { kernelSize: readonly number[] }).kernelSize;
      const usual = kernel.shape[0] === length && kernel.shape[1] === 1;
      const image = usual ? kernel : transpose(kernel, [2, 3, 1, 0]);
      const [steps, , ...channels] = image.shape;
      return [{ ...image, shape: [steps, ...channels] }, ...rest];
    }
    case 'Conv2D':
      return channelsFirst ? [transpose(kernel, [2, 3, 1, 0]), ...rest] : weights;
    case 'Conv2DTranspose':
      return [transpose(kernel, channelsFirst ? [2, 3, 0, 1] : [0, 1, 3, 2]), ...rest];
    case 'Conv3D':
      return channelsFirst ? [transpose(kernel, [2, 3, 4, 1, 0]), ...rest] : weights;
    case 'GRU':
      // Kernel, recurrent kernel and bias of each of the gates z, r, h.
      return weights.length === 9
        ? [0, 1, 2].map((part) => joinColumns(weights, [part, part + 3, part + 6]))
        : weights;
    case 'LSTM':
      // Gates i, c, f, o; now i, f, c, o.
      return weights.length === 12
        ? [0, 1, 2].map((part) => joinColumns(weights, [part, part + 6, part + 3, part + 9]))
        : weights;
    default:
      return weights;
  }
}

/** cuDNN's layers have two biases for each gate. */
function isCudnn({ className }: Layer, shapes: readonly (readonly number[])[]): boolean {
  const gates = className === 'LSTM' ? 4 : className === 'GRU' ? 3 : 0;
  const [, recurrent, bias] = shapes;
  if (gates === 0 || shapes.length !== 3 || bias.length !== 1) return false;
  return bias[0] === 2 * gates * recurrent[0];
}

/** https://github.com/keras-team/keras/blob/v2.15.0/keras/saving/legacy/hdf5_format.py tells how the two forms relate. */
function fromCudnn(
  { className }: Layer,
  [kernel, recurrent, bias]: readonly FileArray[],
): readonly FileArray[] {
  const units = recurrent.shape[0];
  const gates = className === 'LSTM' ? 4 : 3;
  const values = bias.data as Float32Array;
  const turned = [kernel, recurrent].map((array, i) => turnGates(array, gates, i === 1));
  if (className === 'GRU') return [...turned, { ...bias, shape: [2, gates * units] }];
  const half = gates * units;
  const sum = Float32Array.from({ length: half }, (_, i) => values[i] + values[half + i]);
  return [...turned, { dtype: 'float32', shape: [half], data: sum }];
}

/**
 * Each gate's part of a kernel lies in the other order of axes: its numbers, row by row, are those of [units, rows]. The
 * recurrent kernel's parts are transposed.
 */
function turnGates(array: FileArray, gates: number, isRecurrent: boolean): FileArray {
  const [rows, columns] = array.shape;
  const units = columns / gates;
  const source = array.data as Float32Array;
  const data = source.slice();
  for (let gate = 0; gate < gates; gate++) {
    const first = gate * units;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < units; c++) {
        const k = c * rows + r;
        const [fromRow, fromColumn] = isRecurrent ? [c, r] : [Math.floor(k / units), k % units];
        data[r * columns + first + c] = source[fromRow * columns + first + fromColumn];
      }
    }
  }
  return { ...array, data };
}

/** Several arrays side by side along the last axis. */
function joinColumns(arrays: readonly FileArray[], which: readonly number[]): FileArray {
  const parts = which.map((i) => arrays[i]);
  const [first] = parts;
  const rows = first.shape.slice(0, -1);
  const count = rows.reduce((a, b) => a * b, 1);
  if (parts.some(({ shape }) => shape.slice(0, -1).join() !== rows.join())) {
    throw new FormatError('the weights of a recurrent layer do not fit together');
  }
  const widths = parts.map(({ shape }) => shape.at(-1) as number);
  const width = widths.reduce((a, b) => a + b, 0);
  const data = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    let at = row * width;
    for (const [i, part] of parts.entries()) {
      const from = row * widths[i];
      data.set((part.data as Float32Array).subarray(from, from + widths[i]), at);
      at += widths[i];
    }
  }
  return { dtype: 'float32', shape: [...rows, width], data };
}

/** The array with its axes in another order. */
function transpose({ dtype, shape, data }: FileArray, axes: readonly number[]): FileArray {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const turned = axes.map((axis) => shape[axis]);
  const steps = axes.map((axis) => strides[axis]);
  return { dtype, shape: turned, data: gathered(data, turned, (index) => sum(index, steps)) };
}

/** Theano's convolution turned kernels around: the sides of a kernel, in the order of the file, run backwards. */
function flipSides(kernel: FileArray): FileArray {
  const { shape, data } = kernel;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const sides = shape.length - 2;
  const at = (index: readonly number[]): number =>
    sum(
      index.map((n, axis) => (axis < sides ? shape[axis] - 1 - n : n)),
      strides,
    );
  return { ...kernel, data: gathered(data, shape, at) };
}

const sum = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((total, n, axis) => total + n * strides[axis], 0);

/** New elements in row-major order, each from where `at` says. */
function gathered(
  data: FileData,
  shape: readonly number[],
  at: (index: readonly number[]) => number,
): FileData {
  const result = data.slice();
  const index = shape.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = data[at(index)];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--)
      index[axis] = 0;
  }
  return result;
}
