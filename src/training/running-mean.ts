import { constant } from '../expr/index.ts';
import { Parameter, update, zeros } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** A mean over the steps of an epoch, summed where the steps run: nothing is read until the mean is. */
export class RunningMean {
  readonly name: string;
  readonly #total: Parameter;
  readonly #count: Parameter;

  constructor(name: string) {
    this.name = name;
    const counter = (part: string): Parameter =>
      new Parameter(zeros([]), { name: part, path: `${name}/${part}`, trainable: false });
    this.#total = counter('total');
    this.#count = counter('count');
  }

  /** Counts a scalar as the mean of so many samples. */
  add(value: Tensor, samples: number): void {
    update(
      (total, count, v) => [total.add(v.mul(samples)), count.add(samples)],
      [this.#total, this.#count, value],
      [this.#total, this.#count],
    );
  }

  reset(): void {
    update([constant(0), constant(0)], [], [this.#total, this.#count]);
  }

  /** The state: sum and number of samples. */
  get variables(): readonly Parameter[] {
    return [this.#total, this.#count];
  }
}
