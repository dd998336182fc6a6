import { factory, withOptions } from '../config/index.ts';
import { elementwise } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { factors, RandomImageLayer, upTo, valueRange } from './random-image-layer.ts';

/** In training, adds a random share of the range to the pixels and inverts those above a random threshold. */
export class Solarization extends withOptions(
  RandomImageLayer,
  {
    valueRange: valueRange(),
    additionFactor: factors(upTo, 0),
    thresholdFactor: factors(upTo, 0),
  },
  ['additionFactor', 'thresholdFactor', 'valueRange'],
) {
  static override readonly className = 'Solarization';

  protected override augment(images: Tensor): Tensor {
    const [low, high] = this.valueRange;
    const range = high - low;
    const addition = this.draw(images, this.additionFactor).mul(range);
    const threshold = this.draw(images, this.thresholdFactor).mul(-range).add(high);
    return elementwise(
      'solarize',
      (pixel, more, limit) => {
        const value = pixel.add(more).max(low).min(high);
        return value.lt(limit).select(value, value.neg().add(high + low));
      },
      [images, addition, threshold],
    );
  }
}

/** Makes a {@link Solarization}. */
export const solarization = factory(Solarization);
