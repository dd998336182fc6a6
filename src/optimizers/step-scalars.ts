import { getBackend } from '../backends/registry.ts';
import { Parameter, zeros } from '../ops/index.ts';
import { allocateArray, type DType, Tensor } from '../tensor/index.ts';

/** Numbers of a step by name. */
export type Scalars = Readonly<Record<string, number>>;

/** The numbers that change from step to step, in one small tensor that the host writes before each. */
export class StepScalars {
  names: string[] = [];
  #values: Parameter | null = null;

  build(names: readonly string[], dtype: DType): void {
    this.names = [...names];
    this.#values = new Parameter(zeros([names.length], { dtype }), { trainable: false });
  }

  /** Sets all numbers. */
  write(scalars: Scalars): void {
    const values = this.#values;
    if (!values) return;
    const array = allocateArray(values.dtype, this.names.length);
    array.set(this.names.map((name) => scalars[name]));
    getBackend().write(values.storage, array);
  }

  /** The number of that name as a tensor without axes. */
  tensor(name: string): Tensor {
    const { storage, dtype } = this.#values as Parameter;
    return new Tensor(storage, [], [], this.names.indexOf(name), dtype);
  }
}
