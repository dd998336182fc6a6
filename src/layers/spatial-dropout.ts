import { omitted, withOptions } from '../config/index.ts';
import { dropout } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { dropRate } from './dropout.ts';
import { plainDtype } from './dtype-option.ts';
import { type CallOptions, Layer } from './layer.ts';
import { seed } from './layer-options.ts';
import { SameShapeLayer } from './same-shape-layer.ts';
import { SeedGenerator } from './seed-generator.ts';

/** The base of dropout layers that drop whole channels. */
export abstract class SpatialDropout extends withOptions(
  SameShapeLayer,
  {
    rate: dropRate(),
    seed: seed(),
    dtype: plainDtype(),
    trainable: omitted(Layer.options.trainable),
  },
  ['rate', 'seed'],
) {
  override supportsMasking = true;
  readonly #seeds = new SeedGenerator(this.seed);

  /** The channels' axis. */
  protected abstract channelAxis(rank: number): number;

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (!training || this.rate === 0) return x;
    const channels = this.channelAxis(x.rank);
    const noiseShape = x.shape.map((n, axis) => (axis === 0 || axis === channels ? n : 1));
    return dropout(x, this.rate, { noiseShape, seed: this.#seeds.next() });
  }
}
