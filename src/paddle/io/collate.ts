import { isShaped, isTypedArray, type ShapedData } from '../../data/element.ts';
import type { HostArray } from '../../data/index.ts';
import { arrayLeaf, leafOf, toHost, toTensor } from '../../data/leaf.ts';
import { stack } from '../../ops/index.ts';
import {
  allocateArray,
  Tensor as CoreTensor,
  formatShape,
  ShapeError,
  sameShape,
  sizeOf,
  type TypedArray,
  ValueError,
} from '../../tensor/index.ts';
import { getDefaultDtype } from '../dtype.ts';
import { Tensor, wrap } from '../tensor.ts';

/**
 * Joins samples into a batch: numbers, typed arrays, arrays with a shape and tensors become one tensor each with the samples as
 * first axis; lists and objects are joined field by field; texts become a list. Whole numbers make int64, others the default
 * float type.
 */
export function defaultCollate(batch: readonly unknown[]): unknown {
  const [first] = batch;
  if (isTensorLike(first)) return wrap(stack(batch.map(coreOf), 0));
  if (typeof first === 'number' || typeof first === 'boolean') return wrap(numbers(batch));
  if (typeof first === 'string') return [...batch];
  if (isArray(first)) return wrap(stackArrays(batch));
  if (Array.isArray(first)) {
    const lists = batch as readonly (readonly unknown[])[];
    if (!lists.every((sample) => sample.length === first.length)) {
      throw new ValueError('DataLoader: samples of a batch have different numbers of fields');
    }
    return first.map((_, field) => defaultCollate(lists.map((sample) => sample[field])));
  }
  if (typeof first === 'object' && first !== null) {
    const records = batch as readonly Readonly<Record<string, unknown>>[];
    return Object.fromEntries(
      Object.keys(first).map((key) => [key, defaultCollate(records.map((sample) => sample[key]))]),
    );
  }
  throw new ValueError(
    'DataLoader: samples are numbers, typed arrays, tensors, lists or objects of them, or texts; ' +
      `received ${first === null ? 'null' : typeof first}`,
  );
}

/** One sample without a batch: arrays and numbers become tensors, all else stays. */
export function defaultConvert(sample: unknown): unknown {
  if (isTensorLike(sample)) return wrap(coreOf(sample));
  if (isArray(sample)) return wrap(toTensor(leafOf('DataLoader', sample)));
  if (Array.isArray(sample)) return sample.map(defaultConvert);
  if (typeof sample === 'object' && sample !== null) {
    return Object.fromEntries(
      Object.entries(sample).map(([key, value]) => [key, defaultConvert(value)]),
    );
  }
  return sample;
}

const isTensorLike = (value: unknown): value is Tensor | CoreTensor =>
  value instanceof Tensor || value instanceof CoreTensor;

const coreOf = (value: unknown): CoreTensor => {
  if (value instanceof Tensor) return value.tensor;
  if (value instanceof CoreTensor) return value;
  throw new ValueError(
    'DataLoader: a field is a tensor in one sample and something else in another',
  );
};

const isArray = (value: unknown): value is TypedArray | ShapedData =>
  isTypedArray(value) || isShaped(value);

/** Numbers or booleans of all samples. */
function numbers(batch: readonly unknown[]): CoreTensor {
  if (!batch.every((value) => typeof value === typeof batch[0])) {
    throw new ValueError(
      'DataLoader: a field is a number in one sample and something else in another',
    );
  }
  const bool = typeof batch[0] === 'boolean';
  const values = batch as readonly number[];
  const dtype = bool ? 'bool' : values.every(Number.isInteger) ? 'int64' : getDefaultDtype();
  const shape = [batch.length];
  const data = Float64Array.from(values, Number);
  const host: HostArray = { dtype: dtype === 'bool' ? 'bool' : 'int64', shape, data };
  if (dtype === 'bool')
    return toTensor(arrayLeaf('batch', { ...host, data: Uint8Array.from(data) }));
  if (dtype === 'int64') return toTensor(arrayLeaf('batch', host));
  const converted = allocateArray(dtype, batch.length);
  arrayLeaf('batch', { dtype: 'float64', shape, data }).write(converted, dtype);
  return toTensor(arrayLeaf('batch', { dtype, shape, data: converted }));
}

function stackArrays(batch: readonly unknown[]): CoreTensor {
  const arrays = batch.map((sample): HostArray => {
    if (!isArray(sample)) {
      throw new ValueError(
        'DataLoader: a field is an array in one sample and something else in another',
      );
    }
    return toHost(leafOf('DataLoader', sample)) as HostArray;
  });
  const [{ dtype, shape }] = arrays;
  const size = sizeOf(shape);
  const data = allocateArray(dtype, batch.length * size);
  arrays.forEach((array, i) => {
    if (array.dtype !== dtype || !sameShape(array.shape, shape)) {
      throw new ShapeError(
        `DataLoader: sample ${i} of a batch has ${array.dtype} ${formatShape(array.shape)}, ` +
          `the first has ${dtype} ${formatShape(shape)}; make them alike, or pass a collateFn`,
      );
    }
    data.set(array.data, i * (data.length / batch.length));
  });
  return toTensor(arrayLeaf('batch', { dtype, shape: [batch.length, ...shape], data }));
}
