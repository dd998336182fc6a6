import {
  boolean,
  choice,
  factory,
  integer,
  list,
  nullable,
  number,
  omitted,
  withOptions,
} from '../config/index.ts';
import { asTensor, searchSorted, type TensorLike } from '../ops/index.ts';
import { type DType, type Tensor, ValueError } from '../tensor/index.ts';
import { plainDtype } from './dtype-option.ts';
import { encodeCategories, encodedShape } from './encode-categories.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';

/** Numbers as the numbers of the bins that they fall into; the bins may be learned from data by `adapt`. */
export class Discretization extends withOptions(
  Layer,
  {
    trainable: omitted(Layer.options.trainable),
    /** Where a new bin begins: n boundaries make n + 1 bins. */
    binBoundaries: nullable(list(number(0), [])),
    /** How many bins `adapt` makes. */
    numBins: nullable(integer(2, { min: 2 })),
    epsilon: number(0.01),
    outputMode: choice(['int', 'one_hot', 'multi_hot', 'count'], 'int'),
    sparse: boolean(false),
    dtype: plainDtype(),
  },
  ['binBoundaries'],
) {
  static override readonly className = 'Discretization';

  /** Learns boundaries that put equally many of these numbers into each bin. */
  adapt(data: TensorLike): void {
    if (this.numBins === null) {
      throw new ValueError(`${this.name}: adapt: needs numBins instead of binBoundaries`);
    }
    const values = Float64Array.from(asTensor(this.name, data).dataSync()).sort();
    const bins = this.numBins;
    this.binBoundaries = Array.from({ length: bins - 1 }, (_, i) => {
      const place = ((i + 1) * (values.length - 1)) / bins;
      const low = Math.floor(place);
      const high = Math.min(low + 1, values.length - 1);
      return values[low] + (values[high] - values[low]) * (place - low);
    });
  }

  override call(x: Tensor): Tensor {
    const bins = searchSorted(this.#boundaries, x, { side: 'right' });
    if (this.outputMode === 'int') return bins;
    const depth = this.#boundaries.length + 1;
    return encodeCategories(this.name, bins, this.outputMode, depth, this.computeDtype);
  }

  get #boundaries(): readonly number[] {
    if (this.binBoundaries === null) {
      throw new ValueError(`${this.name}: binBoundaries must be given, or learned by adapt(data)`);
    }
    return this.binBoundaries;
  }

  protected override outputDtype(): DType {
    return this.outputMode === 'int' ? 'int32' : this.computeDtype;
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return encodedShape(inputShape, this.outputMode, this.#boundaries.length + 1);
  }
}

/** Makes a {@link Discretization}. */
export const discretization = factory(Discretization);
