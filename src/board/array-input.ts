import { type NestedArray, ShapeError, Tensor, type TypedArray } from '../tensor/index.ts';

/** Numbers to be logged: a tensor, a typed array, or (nested) lists. */
export type ArrayInput = Tensor | TypedArray | NestedArray;

/** Numbers on the host, in row-major order. */
export interface HostNumbers {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Takes the numbers of whatever holds them. */
export function hostNumbers(what: string, input: ArrayInput): HostNumbers {
  if (input instanceof Tensor) return { data: input.dataSync(), shape: input.shape };
  if (ArrayBuffer.isView(input)) {
    return { data: input as unknown as ArrayLike<number>, shape: [input.length] };
  }
  const shape: number[] = [];
  for (let level: unknown = input; Array.isArray(level); level = level[0]) shape.push(level.length);
  const data: number[] = [];
  collect(what, input, shape, 0, data);
  return { data, shape };
}

function collect(
  what: string,
  level: unknown,
  shape: readonly number[],
  axis: number,
  into: number[],
): void {
  if (!Array.isArray(level)) {
    if (axis !== shape.length) throw new ShapeError(`${what}: the lists differ in length`);
    into.push(Number(level));
    return;
  }
  if (level.length !== shape[axis]) throw new ShapeError(`${what}: the lists differ in length`);
  for (const part of level) collect(what, part, shape, axis + 1, into);
}
