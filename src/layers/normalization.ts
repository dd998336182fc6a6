import { anything, boolean, factory, option, withOptions } from '../config/index.ts';
import {
  asTensor,
  broadcastTo,
  cast,
  mean,
  type Parameter,
  reshape,
  type TensorLike,
  variance,
} from '../ops/index.ts';
import { type NestedArray, normalizeAxis, type Tensor, ValueError } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/** Keeps features that never vary finite. */
const tiny = 1e-7;

const Base = withOptions(
  SameShapeLayer,
  {
    /** Axes along which mean and variance differ; null for one of each. */
    axis: option(
      (input: number | readonly number[] | null): readonly number[] =>
        input === null ? [] : typeof input === 'number' ? [input] : input,
      -1 as number | readonly number[] | null,
    ),
    /** Whether to go back: `x * sqrt(variance) + mean`. */
    invert: boolean(false),
    mean: anything<NestedArray | null>(null),
    variance: anything<NestedArray | null>(null),
  },
  ['axis', 'mean', 'variance'],
);

/** `(x - mean) / sqrt(variance)`, with values that are given or learned from data by `adapt`. */
export class Normalization extends Base {
  static override readonly className = 'Normalization';
  override supportsMasking = true;
  adaptMean: Parameter | null = null;
  adaptVariance: Parameter | null = null;
  count: Parameter | null = null;
  #kept: readonly number[] = [];

  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    if ((this.mean === null) !== (this.variance === null)) {
      throw new ValueError(`${this.name}: mean and variance must be given together`);
    }
  }

  override build(inputShape: SymbolicShape): void {
    const rank = inputShape.length;
    this.#kept = this.axis
      .map((axis) => normalizeAxis(this.name, axis, rank))
      .sort((a, b) => a - b);
    const sizes = this.#kept.map((axis) => inputShape[axis]);
    if (sizes.includes(null)) {
      throw new ValueError(`${this.name}: the sizes of axes [${this.axis}] must be known`);
    }
    if (this.mean !== null) return;
    const shape = sizes as number[];
    const make = (name: string, initializer: string): Parameter =>
      this.addWeight({ name, shape, initializer, trainable: false });
    this.adaptMean = make('mean', 'zeros');
    this.adaptVariance = make('variance', 'ones');
    this.count = this.addWeight({
      name: 'count',
      shape: [],
      initializer: 'zeros',
      trainable: false,
      dtype: 'int32',
    });
  }

  /** Learns mean and variance from data: one array, or an iterable of batches. */
  adapt(data: TensorLike | Iterable<Tensor>): void {
    const batches = isBatches(data) ? data : [asTensor(this.name, data as TensorLike)];
    let total = 0;
    let known: { mean: Tensor; variance: Tensor } | null = null;
    for (const given of batches) {
      const batch = cast(given, this.computeDtype);
      this.build(batch.shape);
      const axes = batch.shape.map((_, i) => i).filter((i) => !this.#kept.includes(i));
      const now = { mean: mean(batch, axes), variance: variance(batch, axes) };
      const count = axes.reduce((n, axis) => n * batch.shape[axis], 1);
      total += count;
      known = known ? pooled(known, now, count / total) : now;
    }
    if (!known) throw new ValueError(`${this.name}: adapt: received no data`);
    if (!this.adaptMean || !this.adaptVariance) {
      throw new ValueError(`${this.name}: adapt: mean and variance were given already`);
    }
    this.adaptMean.assign(known.mean);
    this.adaptVariance.assign(known.variance);
  }

  override call(x: Tensor): Tensor {
    const shape = x.shape.map((n, axis) => (this.#kept.includes(axis) ? n : 1));
    const spread = (value: NestedArray | Tensor): Tensor => {
      const t = cast(asTensor(this.name, value), this.computeDtype);
      const sizes = this.#kept.map((axis) => x.shape[axis]);
      return reshape(broadcastTo(t, sizes), shape);
    };
    const center = spread(this.adaptMean ?? (this.mean as NestedArray));
    const width = spread(this.adaptVariance ?? (this.variance as NestedArray))
      .sqrt()
      .maximum(tiny);
    const values = cast(x, this.computeDtype);
    return this.invert ? values.mul(width).add(center) : values.sub(center).div(width);
  }
}

/** Makes a {@link Normalization}. */
export const normalization = factory(Normalization);

const isBatches = (data: unknown): data is Iterable<Tensor> =>
  typeof data === 'object' &&
  data !== null &&
  Symbol.iterator in data &&
  !ArrayBuffer.isView(data) &&
  !(Array.isArray(data) && !(typeof data[0] === 'object' && 'storage' in (data[0] as object)));

/** Mean and variance of two sets of which the second is the given share. */
function pooled(
  a: { mean: Tensor; variance: Tensor },
  b: { mean: Tensor; variance: Tensor },
  share: number,
): { mean: Tensor; variance: Tensor } {
  const center = a.mean.mul(1 - share).add(b.mean.mul(share));
  const spread = (part: typeof a) => part.variance.add(part.mean.sub(center).square());
  return {
    mean: center,
    variance: spread(a)
      .mul(1 - share)
      .add(spread(b).mul(share)),
  };
}
