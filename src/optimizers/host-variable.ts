import { getBackend } from '../backends/registry.ts';
import { asTensor, Parameter, type TensorLike, zeros } from '../ops/index.ts';
import { allocateArray, type DType, readSlot, writeSlot } from '../tensor/index.ts';

/** A number that the program decides on and that is saved with the optimizer: kept on both sides, equal to the bit. */
export class HostVariable extends Parameter {
  #value = 0;

  constructor(path: string, initial: number, dtype: DType = 'float32') {
    super(zeros([], { dtype }), { name: path.split('/').at(-1), path, trainable: false });
    this.value = initial;
  }

  /** The number, rounded to the variable's type. */
  get value(): number {
    return this.#value;
  }

  set value(value: number) {
    const array = allocateArray(this.dtype, 1);
    writeSlot(array, this.dtype, 0, value);
    this.#value = readSlot(array, this.dtype, 0);
    getBackend().write(this.storage, array);
  }

  override assign(value: TensorLike): this {
    this.value = typeof value === 'number' ? value : asTensor(this.path, value).item();
    return this;
  }
}
