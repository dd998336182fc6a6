import * as ops from '../../../ops/index.ts';
import { type DType, dtypes, sizeOf, type Tensor } from '../../../tensor/index.ts';
import type { Operation, OperationCall } from '../operation-call.ts';
import { Constant, numbersOf, tensorOf, type Value, ValueList } from '../values.ts';

/** Element types by their numbers in older programs. */
const typeNumbers: Readonly<Record<number, DType>> = {
  ...{ 0: 'bool', 1: 'int16', 2: 'int32', 3: 'int64', 4: 'float16', 5: 'float32', 6: 'float64' },
  ...{ 20: 'uint8', 21: 'int8', 22: 'bfloat16' },
};

function dtypeOf(c: OperationCall, name: string, otherwise: DType): DType {
  const given = c.attribute(name);
  if (given === undefined || given === null || given === -1) return otherwise;
  const found = typeof given === 'number' ? typeNumbers[given] : given;
  if (typeof found === 'string' && Object.hasOwn(dtypes, found)) return found as DType;
  return found === 'undefined' ? otherwise : c.fail(`unknown element type ${String(given)}`);
}

/** -1 is what is left over, 0 the size that the input has there. */
function reshape(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const shape = c.sizes('shape', ['ShapeTensor', 'Shape'], 1);
  return ops.reshape(
    x,
    shape.map((side, axis) => (side === 0 ? x.shape[axis] : side)),
  );
}

const flatten: Operation = (c) =>
  ops.flatten(c.tensor('X', 0), c.number('start_axis'), c.number('stop_axis'));

function squeeze(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const axes = c.sizes('axes', ['AxesTensor'], 1).map((axis) => (axis < 0 ? axis + x.rank : axis));
  const gone = axes.length > 0 ? axes : x.shape.map((_, axis) => axis);
  return ops.reshape(
    x,
    x.shape.filter((side, axis) => side !== 1 || !gone.includes(axis)),
  );
}

function unsqueeze(c: OperationCall): Tensor {
  let x = c.tensor('X', 0);
  for (const axis of c.sizes('axes', ['AxesTensorList', 'AxesTensor'], 1)) {
    x = ops.expandDims(x, axis);
  }
  return x;
}

const concat = (c: OperationCall): Tensor =>
  ops.concat(c.tensors('X', 0), c.size('axis', 'AxisTensor', 1, 0));

/** Parts of given sizes, of which one may be -1, or of equal size. */
function split(c: OperationCall): ValueList {
  const x = c.tensor('X', 0);
  const isNewer = c.type === 'split_with_num';
  const place = isNewer || c.attribute('axis') !== undefined ? 1 : 2;
  const axis = c.size('axis', 'AxisTensor', place, 0);
  const number = c.number('num', 0);
  const sections = isNewer || number > 0 ? [] : c.sizes('sections', ['SectionsTensorList'], 1);
  const total = x.shape[axis < 0 ? axis + x.rank : axis];
  const known = sections.reduce((sum, size) => (size > 0 ? sum + size : sum), 0);
  const sizes = sections.map((size) => (size < 0 ? total - known : size));
  return new ValueList(ops.split(x, sizes.length > 0 ? sizes : number, axis));
}

/** Sizes stay numbers. */
const stack = (c: OperationCall): Value => {
  const values = c.list('X', 0);
  if (values.every((value) => value instanceof Constant && value.numbers.length === 1)) {
    return new Constant(values.flatMap(numbersOf), [values.length], 'int64');
  }
  return ops.stack(
    values.map((value) => tensorOf('stack', value)),
    c.number('axis', 0),
  );
};

function slice(c: OperationCall): Value {
  const value = c.value('Input', 0);
  const axes = c.numbers('axes');
  const starts = c.sizes('starts', ['StartsTensorList', 'StartsTensor'], 1);
  const ends = c.sizes('ends', ['EndsTensorList', 'EndsTensor'], 2);
  const gone = c.numbers('decrease_axis', []);
  if (value instanceof Constant && value.shape.length === 1) {
    const numbers = value.numbers.slice(starts[0], ends[0]);
    return new Constant(numbers, gone.length > 0 ? [] : [numbers.length], value.dtype);
  }
  const x = tensorOf('slice', value);
  const strides = c.attribute('strides') === undefined ? [] : c.numbers('strides');
  const cuts = x.shape.map((side, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return {};
    return { start: starts[i], stop: Math.min(ends[i], side), step: strides[i] ?? 1 };
  });
  const cut = ops.slice(x, cuts);
  return gone.length > 0
    ? ops.reshape(
        cut,
        cut.shape.filter((_, i) => !gone.includes(i)),
      )
    : cut;
}

const shape = (c: OperationCall): Constant => {
  const sides = c.tensor('Input', 0).shape;
  return new Constant(sides, [sides.length], c.type === 'shape64' ? 'int64' : 'int32');
};

function full(c: OperationCall): Constant {
  const sides = c.sizes('shape', ['ShapeTensorList', 'ShapeTensor'], 0);
  const text = c.text('str_value', '');
  const value = text === '' ? c.size('value', 'ValueTensor', 1) : Number(text);
  const count = sizeOf(sides);
  const dtype = dtypeOf(c, 'dtype', 'float32');
  return new Constant(new Array<number>(count).fill(value), sides, dtype);
}

const fullIntArray = (c: OperationCall): Constant => {
  const numbers = c.numbers('value');
  return new Constant(numbers, [numbers.length], dtypeOf(c, 'dtype', 'int64'));
};

function expand(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const sides = c.sizes('shape', ['expand_shapes_tensor', 'Shape'], 1);
  const extra = sides.length - x.rank;
  return ops.broadcastTo(
    x,
    sides.map((side, i) => (side < 0 ? x.shape[i - extra] : side)),
  );
}

const same: Operation = (c) => c.value('X', 0);

/** Operations that move elements or make them, under the names of both formats. */
export const arrangementOperations: Readonly<Record<string, Operation>> = {
  reshape,
  reshape2: reshape,
  flatten,
  flatten_contiguous_range: flatten,
  squeeze,
  squeeze2: squeeze,
  unsqueeze,
  unsqueeze2: unsqueeze,
  transpose: (c) =>
    ops.transpose(c.tensor('X', 0), c.numbers(c.attribute('perm') === undefined ? 'axis' : 'perm')),
  transpose2: (c) => ops.transpose(c.tensor('X', 0), c.numbers('axis')),
  concat,
  split,
  split_with_num: split,
  stack,
  slice,
  strided_slice: slice,
  shape,
  shape64: shape,
  full,
  fill_constant: full,
  full_int_array: fullIntArray,
  full_like: (c) => ops.fullLike(c.tensor('X', 0), c.size('value', 'Value', 1)),
  fill_any_like: (c) => ops.fullLike(c.tensor('X', 0), c.number('value')),
  expand,
  expand_v2: expand,
  tile: (c) => ops.tile(c.tensor('X', 0), c.sizes('repeat_times', ['RepeatTimes'], 1)),
  cast: (c) => {
    const x = c.tensor('X', 0);
    return ops.cast(
      x,
      dtypeOf(c, c.attribute('out_dtype') === undefined ? 'dtype' : 'out_dtype', x.dtype),
    );
  },
  assign: same,
  share_data: same,
  memcpy: same,
  shadow_output: same,
  'builtin.combine': (c) => new ValueList(combined(c)),
  'builtin.split': (c) => c.list('X', 0),
};

/** All arguments, whatever their number. */
function combined(c: OperationCall): Value[] {
  const values: Value[] = [];
  while (c.has('', values.length)) values.push(c.value('', values.length));
  return values;
}
