// Sizes, places and axes as Paddle's users write them.
import { checkShape, ValueError } from '../tensor/index.ts';
import { Tensor } from './tensor.ts';

/** A number that may come as a tensor. */
export const numberOf = (x: number | Tensor): number =>
  typeof x === 'number' ? x : Number(x.item());

/** A list of sizes, which may come as a tensor of whole numbers or hold some. */
export type ShapeLike = readonly (number | Tensor)[] | Tensor | number;

/** Sizes as numbers. */
export function toShape(op: string, shape: ShapeLike): number[] {
  const list =
    typeof shape === 'number' ? [shape] : shape instanceof Tensor ? [...shape.numpy()] : shape;
  const sizes = list.map(numberOf);
  checkShape(op, sizes);
  return sizes;
}

/** Checks that a value is a list of whole numbers. */
export function toList(op: string, name: string, value: unknown): number[] {
  const list =
    value instanceof Tensor ? [...value.numpy()] : Array.isArray(value) ? value : [value];
  const numbers = list.map((n) => (n instanceof Tensor ? Number(n.item()) : n));
  if (!numbers.every(Number.isInteger)) {
    throw new ValueError(`${op}: ${name} must be whole numbers, received ${numbers.join(', ')}`);
  }
  return numbers;
}

/** Whole numbers, of which some or all may come as tensors. */
export type Integers = number | readonly (number | Tensor)[] | Tensor;

/** One axis, several, or (none, or an empty list) all. */
export type Axis = number | readonly number[] | Tensor;

/** Axes as the operations of Gradus take them. */
export function axesOf(axis: Axis | undefined): number | readonly number[] | null {
  if (axis === undefined || typeof axis === 'number') return axis ?? null;
  const list = axis instanceof Tensor ? [...axis.numpy()] : axis;
  return list.length ? list : null;
}
