import { clearGradient, gradientsEnabled } from '../autograd/index.ts';
import { assign, asTensor, cast, copy, transpose, zerosLike } from '../ops/index.ts';
import {
  Tensor as CoreTensor,
  type DType,
  DTypeError,
  formatShape,
  GradusError,
  isDifferentiable,
  keep,
  type NestedArray,
  type Shape,
  ShapeError,
  type Storage,
  sameShape,
  type TypedArray,
} from '../tensor/index.ts';
import { type Place, placeOf } from './device.ts';
import { formatComplex, formatElements } from './format-tensor.ts';

/** What Paddle's functions take for a tensor: one of this door, one of Gradus, or a number. */
export type TensorLike = Tensor | CoreTensor | number | boolean;

let generated = 0;

/**
 * Paddle's tensor: a handle on a tensor of Gradus, with Paddle's names. The elements, the tape and
 * the gradients are those of `tensor`; changing in place points the handle at another result, so that
 * what was computed before keeps what it was computed from.
 */
export class Tensor {
  #tensor: CoreTensor;
  #name: string | null;
  /** Whether the gradient was cleared to zeros, which are made when somebody asks. */
  #zeroGradient = false;
  #gradient: Tensor | null = null;
  #onChange: ((tensor: CoreTensor) => void) | null = null;

  constructor(tensor: CoreTensor, name: string | null = null) {
    this.#tensor = tensor;
    this.#name = name;
  }

  /** The tensor of Gradus behind it, for everything outside this door. */
  get tensor(): CoreTensor {
    return this.#tensor;
  }

  get shape(): Shape {
    return this.#tensor.shape;
  }

  get dtype(): DType {
    return this.#tensor.dtype;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.#tensor.rank;
  }

  /** The number of axes. */
  dim(): number {
    return this.ndim;
  }

  /** Number of elements. */
  get size(): number {
    return this.#tensor.size;
  }

  /** Distance, in elements, between neighbours along each axis. */
  get strides(): readonly number[] {
    return this.#tensor.strides;
  }

  get storage(): Storage {
    return this.#tensor.storage;
  }

  /** Unique; `generated_tensor_0`, … unless named. */
  get name(): string {
    this.#name ??= `generated_tensor_${generated++}`;
    return this.#name;
  }

  set name(name: string) {
    this.#name = name;
  }

  /** Where it lives: `Place(cpu)`. */
  get place(): Place {
    return placeOf(this.#tensor.storage.device);
  }

  /** Whether no operation on the tape made it. */
  get isLeaf(): boolean {
    return this.#tensor.node === null;
  }

  /** Whether gradients stop here: true for data, false for parameters and what comes from them. */
  get stopGradient(): boolean {
    return !this.#tensor.requiresGrad;
  }

  set stopGradient(stop: boolean) {
    if (stop === this.stopGradient) return;
    if (stop && this.#tensor.node) {
      this.#tensor = this.#tensor.detach();
      return;
    }
    if (!stop && !isDifferentiable(this.dtype)) {
      throw new DTypeError(
        `stopGradient: gradients need a float dtype, received ${this.dtype}; whole numbers make ` +
          "an int64 tensor unless toTensor is told { dtype: 'float32' }",
      );
    }
    this.#tensor.requiresGrad = !stop;
  }

  /** The gradient that `backward()` left, or null. */
  get grad(): Tensor | null {
    const leaf = this.#tensor;
    if (!leaf.grad && this.#zeroGradient) leaf.grad = keep(zerosLike(leaf.detach()));
    if (!leaf.grad) {
      this.#gradient = null;
    } else if (this.#gradient?.tensor !== leaf.grad) {
      this.#gradient = new Tensor(leaf.grad, `${this.name}@GRAD`);
      this.#gradient.#onChange = (changed) => {
        leaf.grad = keep(changed);
      };
    }
    return this.#gradient;
  }

  set grad(gradient: Tensor | CoreTensor | null) {
    const core = gradient && unwrap('grad', gradient);
    if (core && !sameShape(core.shape, this.shape)) {
      throw new ShapeError(
        `grad: expected shape ${formatShape(this.shape)}, received ${formatShape(core.shape)}`,
      );
    }
    this.#zeroGradient = false;
    this.#tensor.grad = core && keep(core);
  }

  /** Makes the gradient zero, or forgets it with `setToZero` false. */
  clearGradient(setToZero = true): void {
    this.#zeroGradient = setToZero && (this.#zeroGradient || this.#tensor.grad !== null);
    clearGradient(this.#tensor);
  }

  /** The same as `clearGradient`. */
  clearGrad(setToZero = true): void {
    this.clearGradient(setToZero);
  }

  /** The elements in row-major order, copied; int64 as numbers, half floats as float32. */
  numpy(): TypedArray {
    return this.#tensor.dataSync();
  }

  /** `numpy()` for backends whose memory is not at hand. */
  async data(): Promise<TypedArray> {
    return await this.#tensor.data();
  }

  /** Nested arrays of the shape; a number or boolean for rank 0. */
  tolist(): NestedArray {
    return this.#tensor.toArray();
  }

  /** The only element, or the one at a place: `x.item(0, 2)`; one number counts in row-major order. */
  item(...place: number[]): number | boolean {
    const value = place.length ? this.#elementAt(place) : this.#tensor.item();
    return this.dtype === 'bool' ? value !== 0 : value;
  }

  /** The only element as a number: Python's `float(x)`. */
  valueOf(): number {
    return this.#tensor.item();
  }

  /** The same elements without history, in the same memory. */
  detach(): Tensor {
    return new Tensor(this.#tensor.detach());
  }

  /** A copy that gradients pass through. */
  clone(): Tensor {
    return new Tensor(copy(this.#tensor));
  }

  /** The transposed tensor: all axes in reverse. */
  get T(): Tensor {
    return new Tensor(transpose(this.#tensor));
  }

  /** Replaces the elements, unrecorded, in the memory that it has. */
  setValue(value: Tensor | CoreTensor | NestedArray | TypedArray): this {
    const core = value instanceof Tensor ? value.tensor : asTensor('setValue', value, this.dtype);
    if (!sameShape(core.shape, this.shape)) {
      throw new ShapeError(
        `setValue: expected shape ${formatShape(this.shape)}, received ${formatShape(core.shape)}`,
      );
    }
    assign(this.#tensor, core);
    return this;
  }

  /**
   * What a function whose name ends in `_` does: takes over `result`. A leaf that needs gradients is
   * written in its own memory, which only `noGrad` allows.
   */
  become(op: string, result: CoreTensor): this {
    if (!sameShape(result.shape, this.shape)) {
      throw new ShapeError(
        `${op}: the result has shape ${formatShape(result.shape)}, which cannot replace a tensor ` +
          `of shape ${formatShape(this.shape)} in place`,
      );
    }
    return this.point(op, result);
  }

  /** Throws if `op` may not change this in place: on a leaf that needs gradients, outside `noGrad`. */
  checkWritable(op: string): void {
    if (this.isLeaf && !this.stopGradient && gradientsEnabled()) {
      throw new GradusError(
        `${op}: a leaf that needs gradients cannot be changed in place; ` +
          'do it inside noGrad, or on the result of an operation',
      );
    }
  }

  /** `become` for a result of any shape: `reshape_`, `squeeze_`. */
  point(op: string, result: CoreTensor): this {
    const old = this.#tensor;
    this.checkWritable(op);
    if (old.requiresGrad && !old.node) {
      assign(old, result);
      return this;
    }
    const next = result.dtype === old.dtype ? result : cast(result, old.dtype);
    if (old.storage.scope === null && !next.node) keep(next);
    this.#tensor = next;
    this.#onChange?.(next);
    return this;
  }

  /** As Paddle prints it. */
  toString(): string {
    const head = `Tensor(shape=${formatShape(this.shape)}, dtype=${this.dtype}, place=${this.place}`;
    const stop = this.stopGradient ? 'True' : 'False';
    const elements = formatElements(this.#printed(), this.shape, this.dtype, 7);
    return `${head}, stop_gradient=${stop},\n       ${elements})`;
  }

  /** What `console.log` shows in Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** The elements to print; complex numbers as text. */
  #printed(): Parameters<typeof formatElements>[0] {
    if (this.dtype !== 'complex64') return this.tolist();
    const pairs = this.#tensor.dataSync();
    let next = 0;
    const build = (axis: number): Parameters<typeof formatElements>[0] => {
      if (axis < this.ndim) return Array.from({ length: this.shape[axis] }, () => build(axis + 1));
      next += 2;
      return formatComplex(pairs[next - 2], pairs[next - 1]);
    };
    return build(0);
  }

  #elementAt(place: readonly number[]): number {
    const { shape, size } = this.#tensor;
    const bounds = place.length === 1 ? [size] : shape;
    const fits =
      place.length === bounds.length &&
      place.every((i, axis) => Number.isInteger(i) && i >= -bounds[axis] && i < bounds[axis]);
    if (!fits) {
      throw new ShapeError(
        `item: no element at (${place.join(', ')}) of a tensor of shape ${formatShape(shape)}`,
      );
    }
    const at = place.reduce(
      (sum, i, axis) => sum * bounds[axis] + (i < 0 ? i + bounds[axis] : i),
      0,
    );
    return this.#tensor.dataSync()[at];
  }
}

/** The tensor of Gradus behind an operand; a number becomes one of `dtype`. */
export function unwrap(op: string, x: TensorLike, dtype?: DType): CoreTensor {
  if (x instanceof Tensor) return x.tensor;
  if (x instanceof CoreTensor) return x;
  if (typeof x === 'number' || typeof x === 'boolean') return asTensor(op, x, dtype);
  throw new DTypeError(`${op}: expected a tensor, received ${describe(x)}`);
}

/** A tensor of this door over one of Gradus. */
export const wrap = (tensor: CoreTensor): Tensor => new Tensor(tensor);

/** Whether a value is a tensor of this door. */
export const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array (make it one with paddle.toTensor)';
  return typeof value === 'object' ? `a ${value.constructor?.name ?? 'object'}` : typeof value;
}
