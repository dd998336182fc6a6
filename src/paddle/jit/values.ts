import { fromData } from '../../ops/index.ts';
import { type DType, type Shape, type Tensor, ValueError } from '../../tensor/index.ts';

/** Numbers that stand in the program or are sizes: known without computing. */
export class Constant {
  readonly numbers: readonly number[];
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(numbers: readonly number[], shape: Shape, dtype: DType) {
    this.numbers = numbers;
    this.shape = shape;
    this.dtype = dtype;
  }

  toTensor(): Tensor {
    const data = Float64Array.from(this.numbers);
    return fromData(data, this.shape, this.dtype);
  }
}

/** Several values under one name: what `concat` takes and `split` gives. */
export class ValueList {
  readonly values: readonly Value[];

  constructor(values: readonly Value[]) {
    this.values = values;
  }
}

/** What a name in a program stands for while it runs. */
export type Value = Tensor | Constant | ValueList;

/** A value as a tensor. */
export function tensorOf(op: string, value: Value): Tensor {
  if (value instanceof Constant) return value.toTensor();
  if (!(value instanceof ValueList)) return value;
  throw new ValueError(`jit: ${op}: a list of tensors stands where one is needed`);
}

/** The numbers of a value; those of a tensor are read from memory. */
export function numbersOf(value: Value): number[] {
  if (value instanceof Constant) return [...value.numbers];
  if (value instanceof ValueList) return value.values.flatMap(numbersOf);
  return Array.from(value.dataSync());
}
