import * as ops from '../ops/index.ts';
import {
  Tensor as CoreTensor,
  type DType,
  type NestedArray,
  type TypedArray,
} from '../tensor/index.ts';
import type { Place } from './device.ts';
import { getDefaultDtype, toDType } from './dtype.ts';
import { define } from './signature.ts';
import { numberOf, type ShapeLike, toShape } from './sizes.ts';
import { Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

/** What `toTensor` takes: numbers, nested arrays of them, typed arrays (64-bit integers too), tensors. */
export type Data =
  | TensorLike
  | NestedArray
  | TypedArray
  | Uint8ClampedArray
  | BigInt64Array
  | readonly (Tensor | CoreTensor)[];

const floatType = (dtype: string | undefined): DType =>
  dtype === undefined ? getDefaultDtype() : toDType(dtype);

/** The type that Paddle gives numbers: bool, int64 if all are whole, else the default float. */
function typeOfNumbers(data: unknown): DType {
  let whole = true;
  let bool = true;
  let empty = true;
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) {
      for (const piece of part) visit(piece);
      return;
    }
    if (ArrayBuffer.isView(part)) {
      empty = bool = whole = false;
      return;
    }
    empty = false;
    if (typeof part !== 'boolean') bool = false;
    if (typeof part === 'number' && !Number.isInteger(part)) whole = false;
  };
  visit(data);
  if (empty) return getDefaultDtype();
  return bool ? 'bool' : whole ? 'int64' : getDefaultDtype();
}

function coreOf(data: Data, dtype: DType | undefined): CoreTensor {
  if (data instanceof Tensor || data instanceof CoreTensor) {
    // An operation on it, so that a copy of a loader's batch is freed with the batch.
    const given = unwrap('toTensor', data).detach();
    return dtype && dtype !== given.dtype ? ops.cast(given, dtype) : ops.copy(given);
  }
  if (data instanceof BigInt64Array) {
    return ops.tensor(Float64Array.from(data, Number), { dtype: dtype ?? 'int64' });
  }
  if (Array.isArray(data) && (data[0] instanceof Tensor || data[0] instanceof CoreTensor)) {
    const rows = data.map((row) => unwrap('toTensor', row as TensorLike).detach());
    const stacked = ops.stack(rows);
    return dtype && dtype !== stacked.dtype ? ops.cast(stacked, dtype) : stacked;
  }
  const typed = ArrayBuffer.isView(data);
  return ops.tensor(data as NestedArray | TypedArray, {
    dtype: dtype ?? (typed ? undefined : typeOfNumbers(data)),
  });
}

/**
 * A tensor of numbers. Whole numbers make int64, others the default float, booleans bool; typed
 * arrays keep their type. JavaScript does not tell 1.0 from 1: name the dtype where floats may be
 * whole.
 * @example const x = paddle.toTensor([[1, 2], [3, 4]], { dtype: 'float32', stopGradient: false });
 */
export const toTensor = define(
  'toTensor',
  ['data'],
  ['dtype', 'place', 'stopGradient'],
  (data: Data, dtype?: string, _place?: Place | string, stopGradient: boolean = true): Tensor => {
    const made = wrap(coreOf(data, dtype === undefined ? undefined : toDType(dtype)));
    if (!stopGradient) made.stopGradient = false;
    return made;
  },
);

/** A tensor whose elements are all `fillValue`; of the default float, or bool for a boolean. */
export const full = define(
  'full',
  ['shape', 'fillValue'],
  ['dtype'],
  (shape: ShapeLike, fillValue: TensorLike, dtype?: string): Tensor => {
    const value =
      typeof fillValue === 'object' ? Number(unwrap('full', fillValue).item()) : fillValue;
    const kind =
      (dtype === undefined && value === true) || (dtype === undefined && value === false)
        ? 'bool'
        : floatType(dtype);
    return wrap(ops.full(toShape('full', shape), Number(value), { dtype: kind }));
  },
);

/** A tensor of zeros. */
export const zeros = define('zeros', ['shape'], ['dtype'], (shape: ShapeLike, dtype?: string) =>
  wrap(ops.zeros(toShape('zeros', shape), { dtype: floatType(dtype) })),
);

/** A tensor of ones. */
export const ones = define('ones', ['shape'], ['dtype'], (shape: ShapeLike, dtype?: string) =>
  wrap(ops.ones(toShape('ones', shape), { dtype: floatType(dtype) })),
);

/** A tensor whose elements nobody set: zeros here. */
export const empty = define('empty', ['shape'], ['dtype'], (shape: ShapeLike, dtype?: string) =>
  wrap(ops.zeros(toShape('empty', shape), { dtype: floatType(dtype) })),
);

const likeType = (x: CoreTensor, dtype: string | undefined): DType =>
  dtype === undefined ? x.dtype : toDType(dtype);

const filledLike = (op: string, x: TensorLike, value: number, dtype?: string): Tensor => {
  const like = unwrap(op, x);
  return wrap(ops.fullLike(like.detach(), value, { dtype: likeType(like, dtype) }));
};

/** A tensor of the shape of `x`, filled with `fillValue`. */
export const fullLike = define(
  'fullLike',
  ['x', 'fillValue'],
  ['dtype'],
  (x: TensorLike, fillValue: number | boolean, dtype?: string) =>
    filledLike('fullLike', x, Number(fillValue), dtype),
);

/** A tensor of zeros of the shape of `x`. */
export const zerosLike = define('zerosLike', ['x'], ['dtype'], (x: TensorLike, dtype?: string) =>
  filledLike('zerosLike', x, 0, dtype),
);

/** A tensor of ones of the shape of `x`. */
export const onesLike = define('onesLike', ['x'], ['dtype'], (x: TensorLike, dtype?: string) =>
  filledLike('onesLike', x, 1, dtype),
);

/** A tensor of the shape of `x` whose elements nobody set: zeros here. */
export const emptyLike = define('emptyLike', ['x'], ['dtype'], (x: TensorLike, dtype?: string) =>
  filledLike('emptyLike', x, 0, dtype),
);

/** Numbers from `start` up to, not including, `end`; int64 if all are whole. */
export const arange = define(
  'arange',
  [],
  ['start', 'end', 'step', 'dtype'],
  (
    start: number | Tensor = 0,
    end?: number | Tensor,
    step: number | Tensor = 1,
    dtype?: string,
  ) => {
    const given = end === undefined ? [0, start, step] : [start, end, step];
    const [from, to, by] = given.map(numberOf);
    const typed = given.find((x) => x instanceof Tensor) as Tensor | undefined;
    const kind =
      dtype !== undefined
        ? toDType(dtype)
        : (typed?.dtype ?? ([from, to, by].every(Number.isInteger) ? 'int64' : getDefaultDtype()));
    return wrap(ops.arange(from, to, by, { dtype: kind }));
  },
);

/** `num` evenly spaced numbers from `start` to `stop`, both included. */
export const linspace = define(
  'linspace',
  ['start', 'stop', 'num'],
  ['dtype'],
  (start: number | Tensor, stop: number | Tensor, num: number | Tensor, dtype?: string) =>
    wrap(ops.linspace(numberOf(start), numberOf(stop), numberOf(num), { dtype: floatType(dtype) })),
);

/** `base` to the power of `num` evenly spaced numbers from `start` to `stop`. */
export const logspace = define(
  'logspace',
  ['start', 'stop', 'num'],
  ['base', 'dtype'],
  (
    start: number | Tensor,
    stop: number | Tensor,
    num: number | Tensor,
    base: number | Tensor = 10,
    dtype?: string,
  ) => {
    const powers = ops.linspace(numberOf(start), numberOf(stop), numberOf(num), {
      dtype: 'float64',
    });
    return wrap(ops.cast(ops.pow(numberOf(base), powers), floatType(dtype)));
  },
);

/** A matrix with ones on its diagonal. */
export const eye = define(
  'eye',
  ['numRows'],
  ['numColumns', 'dtype'],
  (numRows: number, numColumns: number = numRows, dtype?: string) =>
    wrap(ops.eye(numRows, numColumns, { dtype: floatType(dtype) })),
);

/** Rows and columns, int64 [2, count], of the places of a matrix that `inside` accepts. */
function placesOf(
  rows: number,
  columns: number,
  dtype: string,
  inside: (row: number, column: number) => boolean,
): Tensor {
  const found: [number[], number[]] = [[], []];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!inside(row, column)) continue;
      found[0].push(row);
      found[1].push(column);
    }
  }
  return wrap(ops.tensor(found, { dtype: toDType(dtype) }));
}

/** Places of the lower triangle of a matrix: rows and columns, [2, count]. */
export const trilIndices = define(
  'trilIndices',
  ['row', 'col'],
  ['offset', 'dtype'],
  (row: number, col: number, offset: number = 0, dtype: string = 'int64') =>
    placesOf(row, col, dtype, (i, j) => j - i <= offset),
);

/** Places of the upper triangle of a matrix: rows and columns, [2, count]. */
export const triuIndices = define(
  'triuIndices',
  ['row'],
  ['col', 'offset', 'dtype'],
  (row: number, col: number = row, offset: number = 0, dtype: string = 'int64') =>
    placesOf(row, col, dtype, (i, j) => j - i >= offset),
);

/** Coordinates of a grid: one tensor for each vector, all of the grid's shape. */
export function meshgrid(...vectors: readonly (TensorLike | readonly TensorLike[])[]): Tensor[] {
  const list = vectors.flatMap((v) =>
    Array.isArray(v) ? (v as readonly TensorLike[]) : [v as TensorLike],
  );
  const flat = list.map((v) => ops.reshape(unwrap('meshgrid', v), [-1]));
  return ops.meshgrid(flat, { indexing: 'ij' }).map(wrap);
}

/** A complex64 tensor of its parts. */
export const complex = define(
  'complex',
  ['real', 'imag'],
  [],
  (real: TensorLike, imag: TensorLike) =>
    wrap(ops.complex(unwrap('complex', real), unwrap('complex', imag))),
);

/** A complex64 tensor of absolute values and angles. */
export const polar = define('polar', ['abs', 'angle'], [], (abs: TensorLike, angle: TensorLike) => {
  const [size, turn] = [unwrap('polar', abs), unwrap('polar', angle)];
  return wrap(ops.complex(ops.mul(size, ops.cos(turn)), ops.mul(size, ops.sin(turn))));
});

/** A copy of `x`; written into `output` if one is given. */
export const assign = define('assign', ['x'], ['output'], (x: Data, output?: Tensor): Tensor => {
  const value =
    x instanceof Tensor ? x.clone() : x instanceof CoreTensor ? wrap(ops.copy(x)) : toTensor(x);
  return output ? output.become('assign', value.tensor) : value;
});

/** A copy that gradients pass through. */
export const clone = define('clone', ['x'], [], (x: TensorLike) =>
  wrap(ops.copy(unwrap('clone', x))),
);
