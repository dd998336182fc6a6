// Sums, means, extremes and running sums.
import * as ops from '../ops/index.ts';
import {
  type Tensor as CoreTensor,
  type DType,
  dtypes,
  isFloat,
  ShapeError,
} from '../tensor/index.ts';
import { toDType } from './dtype.ts';
import { define, type Keyworded } from './signature.ts';
import { type Axis, axesOf } from './sizes.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

const isWhole = (x: CoreTensor): boolean => !isFloat(x.dtype) && dtypes[x.dtype].kind !== 'complex';

/** The type in which Paddle sums: int64 for int32 and bool. */
const sumType = (dtype: DType): DType => (dtype === 'int32' || dtype === 'bool' ? 'int64' : dtype);

/** The sum over axes; int32 and bool are summed as int64. */
export const sum = define(
  'sum',
  ['x'],
  ['axis', 'dtype', 'keepdim'],
  (x: TensorLike, axis?: Axis, dtype?: string, keepdim: boolean = false) => {
    const tensor = unwrap('sum', x);
    const kind = dtype === undefined ? sumType(tensor.dtype) : toDType(dtype);
    const total = ops.sum(ops.cast(tensor, kind), axesOf(axis), { keepDims: keepdim });
    return wrap(ops.cast(total, kind));
  },
);

/** The arithmetic mean over axes; of whole numbers a whole number, as in Paddle. */
export const mean = define(
  'mean',
  ['x'],
  ['axis', 'keepdim'],
  (x: TensorLike, axis?: Axis, keepdim: boolean = false) => {
    const tensor = unwrap('mean', x);
    const exact = isWhole(tensor) ? ops.cast(tensor, 'float64') : tensor;
    const found = ops.mean(exact, axesOf(axis), { keepDims: keepdim });
    return wrap(ops.cast(found, tensor.dtype));
  },
);

/** The product over axes. */
export const prod = define(
  'prod',
  ['x'],
  ['axis', 'keepdim', 'dtype'],
  (x: TensorLike, axis?: Axis, keepdim: boolean = false, dtype?: string) => {
    const tensor = unwrap('prod', x);
    const kind = dtype === undefined ? tensor.dtype : toDType(dtype);
    return wrap(
      ops.cast(ops.prod(ops.cast(tensor, kind), axesOf(axis), { keepDims: keepdim }), kind),
    );
  },
);

type Reduction = (
  x: CoreTensor,
  axis: ReturnType<typeof axesOf>,
  options: { keepDims: boolean },
) => CoreTensor;

const reduction = (
  name: string,
  operation: Reduction,
): Keyworded<
  readonly ['x', 'axis', 'keepdim'],
  [x: TensorLike, axis?: Axis, keepdim?: boolean],
  Tensor
> =>
  define(name, ['x'], ['axis', 'keepdim'], (x: TensorLike, axis?: Axis, keepdim: boolean = false) =>
    wrap(operation(unwrap(name, x), axesOf(axis), { keepDims: keepdim })),
  );

/** The largest element over axes; equal ones share the gradient. */
export const max = reduction('max', ops.max);
/** The smallest element over axes; equal ones share the gradient. */
export const min = reduction('min', ops.min);
/** The largest element over axes; equal ones share the gradient. */
export const amax = reduction('amax', ops.max);
/** The smallest element over axes; equal ones share the gradient. */
export const amin = reduction('amin', ops.min);
/** Whether all elements over axes are true (not 0). */
export const all = reduction('all', ops.all);
/** Whether one of the elements over axes is true (not 0). */
export const any = reduction('any', ops.any);
/** `log(sum(exp(x)))` over axes, without overflow. */
export const logsumexp = reduction('logsumexp', ops.logSumExp);
/** How many elements over axes are not 0, int64. */
export const countNonzero = reduction('countNonzero', (x, axis, options) =>
  ops.cast(ops.countNonzero(x, axis, options), 'int64'),
);

const withoutNaN = (x: CoreTensor): CoreTensor => ops.where(ops.isNaN(x), 0, x);

/** The sum over axes of all that is not NaN. */
export const nansum = define(
  'nansum',
  ['x'],
  ['axis', 'dtype', 'keepdim'],
  (x: TensorLike, axis?: Axis, dtype?: string, keepdim: boolean = false) =>
    sum(withoutNaN(unwrap('nansum', x)), axis, dtype, keepdim),
);

/** The mean over axes of all that is not NaN. */
export const nanmean = reduction('nanmean', (x, axis, options) => {
  const count = ops.sum(ops.cast(ops.logicalNot(ops.isNaN(x)), x.dtype), axis, options);
  return ops.div(ops.sum(withoutNaN(x), axis, options), count);
});

/** The variance over axes; divided by one less than the count unless `unbiased` is false. */
export const variance = define(
  'var',
  ['x'],
  ['axis', 'unbiased', 'keepdim', 'correction'],
  (
    x: TensorLike,
    axis?: Axis,
    unbiased: boolean = true,
    keepdim: boolean = false,
    correction: number = 1,
  ) =>
    wrap(
      ops.variance(unwrap('var', x), axesOf(axis), {
        keepDims: keepdim,
        correction: unbiased ? correction : 0,
      }),
    ),
);

/** The standard deviation over axes; the variance divided by one less than the count unless `unbiased` is false. */
export const std = define(
  'std',
  ['x'],
  ['axis', 'unbiased', 'keepdim'],
  (x: TensorLike, axis?: Axis, unbiased: boolean = true, keepdim: boolean = false) =>
    wrap(
      ops.std(unwrap('std', x), axesOf(axis), { keepDims: keepdim, correction: unbiased ? 1 : 0 }),
    ),
);

/** The running sum along an axis; without axis, of all elements in row-major order. */
export const cumsum = define(
  'cumsum',
  ['x'],
  ['axis', 'dtype'],
  (x: TensorLike, axis?: number, dtype?: string) => {
    const tensor = unwrap('cumsum', x);
    const kind = dtype === undefined ? sumType(tensor.dtype) : toDType(dtype);
    return wrap(ops.cast(ops.cumsum(ops.cast(tensor, kind), axis ?? null), kind));
  },
);

/** The running product along an axis. */
export const cumprod = define(
  'cumprod',
  ['x'],
  ['dim', 'dtype'],
  (x: TensorLike, dim?: number, dtype?: string) => {
    const tensor = unwrap('cumprod', x);
    const kind = dtype === undefined ? tensor.dtype : toDType(dtype);
    return wrap(ops.cast(ops.cumprod(ops.cast(tensor, kind), dim ?? null), kind));
  },
);

const runningExtreme = (
  name: string,
  operation: (x: CoreTensor, axis: number | null) => { values: CoreTensor; indices: CoreTensor },
): Keyworded<
  readonly ['x', 'axis', 'dtype'],
  [x: TensorLike, axis?: number, dtype?: string],
  [Tensor, Tensor]
> =>
  define(
    name,
    ['x'],
    ['axis', 'dtype'],
    (x: TensorLike, axis?: number, dtype: string = 'int64'): [Tensor, Tensor] => {
      const { values, indices } = operation(unwrap(name, x), axis ?? null);
      return [wrap(values), wrap(ops.cast(indices, toDType(dtype)))];
    },
  );

/** The largest element so far along an axis, and where it is. */
export const cummax = runningExtreme('cummax', ops.cummaxWithIndices);
/** The smallest element so far along an axis, and where it is. */
export const cummin = runningExtreme('cummin', ops.cumminWithIndices);

/** `log(cumsum(exp(x)))` along an axis, without overflow. */
export const logcumsumexp = define(
  'logcumsumexp',
  ['x'],
  ['axis', 'dtype'],
  (x: TensorLike, axis?: number, dtype?: string) => {
    const tensor = unwrap('logcumsumexp', x);
    const typed = dtype === undefined ? tensor : ops.cast(tensor, toDType(dtype));
    return wrap(ops.logCumSumExp(typed, axis ?? null));
  },
);

/** The sum down to the shape of `target`: what broadcasting it up would undo. */
export const reduceAs = define(
  'reduceAs',
  ['x', 'target'],
  [],
  (x: TensorLike, target: TensorLike) => {
    const [tensor, to] = [unwrap('reduceAs', x), unwrap('reduceAs', target)];
    const added = tensor.rank - to.rank;
    const axes = tensor.shape.flatMap((n, axis) =>
      axis < added || (to.shape[axis - added] === 1 && n !== 1) ? [axis] : [],
    );
    if (added < 0) throw new ShapeError('reduceAs: the target has more axes than the tensor');
    return wrap(ops.reshape(axes.length ? ops.sum(tensor, axes) : ops.copy(tensor), to.shape));
  },
);

/** The arithmetic of `trapezoid` and `cumulativeTrapezoid`: the areas between neighbours. */
function trapezoids(
  op: string,
  y: TensorLike,
  x: TensorLike | undefined,
  dx: number,
  axis: number,
): CoreTensor {
  const heights = unwrap(op, y);
  const at = axis < 0 ? axis + heights.rank : axis;
  const n = heights.shape[at];
  const sides = ops.add(ops.narrow(heights, at, 1, n - 1), ops.narrow(heights, at, 0, n - 1));
  if (x === undefined) return ops.mul(sides, dx / 2);
  const places = unwrap(op, x);
  const along =
    places.rank === 1
      ? ops.reshape(
          places,
          heights.shape.map((_, i) => (i === at ? n : 1)),
        )
      : places;
  const widths = ops.sub(ops.narrow(along, at, 1, n - 1), ops.narrow(along, at, 0, n - 1));
  return ops.div(ops.mul(sides, widths), 2);
}

/** The integral along an axis by the trapezoidal rule. */
export const trapezoid = define(
  'trapezoid',
  ['y'],
  ['x', 'dx', 'axis'],
  (y: TensorLike, x?: TensorLike, dx: number = 1, axis: number = -1) =>
    wrap(ops.sum(trapezoids('trapezoid', y, x, dx, axis), axis)),
);

/** The running integral along an axis by the trapezoidal rule. */
export const cumulativeTrapezoid = define(
  'cumulativeTrapezoid',
  ['y'],
  ['x', 'dx', 'axis'],
  (y: TensorLike, x?: TensorLike, dx: number = 1, axis: number = -1) =>
    wrap(ops.cumsum(trapezoids('cumulativeTrapezoid', y, x, dx, axis), axis)),
);
