import { allocate } from '../backends/registry.ts';
import {
  allocateArray,
  type DType,
  DTypeError,
  dtypes,
  formatShape,
  type NestedArray,
  runWithDataOf,
  type Shape,
  ShapeError,
  sizeOf,
  Tensor,
  type TypedArray,
  writeSlot,
} from '../tensor/index.ts';

/**
 * What operations take for a tensor: one, a number, nested arrays (rows may be typed arrays) or a
 * typed array.
 */
export type TensorLike = Tensor | NestedArray | TypedArray | readonly TypedArray[];

const dtypeOfArray = new Map<unknown, DType>([
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Int8Array, 'int8'],
  [Int16Array, 'int16'],
  [Int32Array, 'int32'],
  [Uint8Array, 'uint8'],
  [Uint8ClampedArray, 'uint8'],
]);

const isTypedArray = (value: unknown): value is TypedArray =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

/** The operand as a tensor: numbers become float32, booleans bool, typed arrays keep their type. */
export function asTensor(op: string, value: TensorLike, dtype?: DType): Tensor {
  if (value instanceof Tensor) return value;
  if (isTypedArray(value)) return fromTypedArray(op, value, [value.length], dtype);
  const shape: number[] = [];
  let leaf: unknown = value;
  while (Array.isArray(leaf) || isTypedArray(leaf)) {
    shape.push(leaf.length);
    leaf = leaf[0];
  }
  const kind = dtype ?? (typeof leaf === 'boolean' ? 'bool' : 'float32');
  const array = allocateArray(kind, sizeOf(shape));
  if (dtypes[kind].slots === 2) {
    throw new DTypeError(`${op}: complex numbers are made with complex(real, imaginary)`);
  }
  let next = 0;
  const fill = (part: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof part !== 'number' && typeof part !== 'boolean') {
        throw new DTypeError(
          `${op}: expected numbers, booleans or nested arrays of them, received ${describe(part)}`,
        );
      }
      writeSlot(array, kind, next++, Number(part));
      return;
    }
    const row = part as ArrayLike<unknown>;
    if ((!Array.isArray(part) && !isTypedArray(part)) || row.length !== shape[axis]) {
      throw new ShapeError(
        `${op}: nested arrays must have rows of one length; the first ones give shape ` +
          `${formatShape(shape)}, but at depth ${axis} there is ${describe(part)}`,
      );
    }
    for (let i = 0; i < row.length; i++) fill(row[i], axis + 1);
  };
  fill(value, 0);
  return new Tensor(allocate(kind, sizeOf(shape), array), shape);
}

/** `asTensor` for an operand beside a tensor: what is made for it belongs to the same step. */
export function asTensorBeside(
  op: string,
  value: TensorLike,
  beside: Tensor | readonly Tensor[],
  dtype?: DType,
): Tensor {
  if (value instanceof Tensor) return value;
  const others = beside instanceof Tensor ? [beside] : beside;
  return runWithDataOf(others, () => asTensor(op, value, dtype));
}

/**
 * `asTensor` for several operands of one operation: what is made for them belongs to the step of
 * the tensors among them.
 */
export function asTensors(op: string, values: readonly TensorLike[]): Tensor[] {
  const given = values.filter((value) => value instanceof Tensor);
  return values.map((value) => asTensorBeside(op, value, given));
}

function describe(value: unknown): string {
  if (Array.isArray(value) || isTypedArray(value)) return `a row of ${value.length}`;
  return value === null
    ? 'null'
    : typeof value === 'object'
      ? 'an object'
      : `${typeof value} ${value}`;
}

/** A tensor over a copy of `data`, which holds the elements in row-major order. */
export function fromTypedArray(op: string, data: TypedArray, shape: Shape, dtype?: DType): Tensor {
  const own = dtypeOfArray.get(data.constructor);
  const kind = dtype ?? own;
  if (!kind) {
    throw new DTypeError(
      `${op}: cannot tell the dtype of a ${data.constructor.name}; pass dtype ` +
        "(a Uint16Array holds the bits of 'float16' or 'bfloat16')",
    );
  }
  const { slots, array: ArrayOfKind } = dtypes[kind];
  const length = sizeOf(shape) * slots;
  if (data.length !== length) {
    throw new ShapeError(
      `${op}: shape ${formatShape(shape)} of ${kind} needs ${length} numbers, received ${data.length}`,
    );
  }
  const sameSlots = data instanceof ArrayOfKind && kind !== 'bool' && kind !== 'int64';
  if (sameSlots) return new Tensor(allocate(kind, sizeOf(shape), data), shape);
  const converted = allocateArray(kind, sizeOf(shape));
  for (let i = 0; i < length; i++) writeSlot(converted, kind, i, data[i]);
  return new Tensor(allocate(kind, sizeOf(shape), converted), shape);
}
