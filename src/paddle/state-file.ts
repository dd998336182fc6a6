import { tensorFromArray } from '../data/index.ts';
import {
  type FileArray,
  type HostArray,
  type pickle,
  toFileArray,
  toHostArray,
} from '../formats/index.ts';
import { type Tensor as CoreTensor, FormatError } from '../tensor/index.ts';
import { Tensor } from './tensor.ts';

/** Where a state dictionary keeps the names of its tensors. */
export const nameTable = 'StructuredToParameterName@@';
/** Where protocols 2 and 3 keep what arrays of more than 1 GiB were cut into. */
export const sliceTable = 'UnpackBigParamInfor@@';

/** What a file of `paddle.save` may hold besides tensors: text, numbers, lists, objects. */
export type StateValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Tensor
  | CoreTensor
  | FileArray
  | HostArray
  | StateValue[]
  | ReadonlySet<StateValue>
  | ReadonlyMap<StateValue, StateValue>
  | { [key: string]: StateValue };

/** An array of a file as a tensor; 16-bit whole numbers without a sign are the bits of bfloat16, as Paddle has it. */
export function tensorOfFile(array: FileArray, name: string | null = null): Tensor {
  const host: HostArray =
    array.dtype === 'uint16'
      ? { dtype: 'bfloat16', shape: array.shape, data: array.data as Uint16Array }
      : toHostArray(array);
  return new Tensor(tensorFromArray(host), name);
}

/** An array of a file with numbers for 64-bit integers, as everywhere here; the bits of bfloat16 stay uint16. */
export const plainArray = (array: FileArray): FileArray | HostArray =>
  array.dtype === 'uint16' ? array : toHostArray(array);

/** The elements of a tensor as a file of Paddle holds them. */
export function fileArrayOf({ dtype, shape, data }: HostArray): FileArray {
  return dtype === 'bfloat16'
    ? { dtype: 'uint16', shape, data: data as Uint16Array }
    : toFileArray({ dtype, shape, data });
}

/** Numbers of an array in a pickle; a FormatError where it holds Python's objects. */
export function numbersOf(array: pickle.NumpyArray, file?: string): FileArray {
  if (array.numbers) return array.numbers;
  throw new FormatError('an array holds objects of Python, where numbers are read', { file });
}
