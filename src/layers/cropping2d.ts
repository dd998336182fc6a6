import { factory, withOptions } from '../config/index.ts';
import { Cropping } from './cropping.ts';
import type { Layer } from './layer.ts';
import { type Pairs, pairs } from './padding.ts';
import { dataFormat } from './window-options.ts';

/** Images without some cells at the edges. */
export class Cropping2D extends withOptions(
  Cropping,
  { cropping: pairs(2, 0), dataFormat: dataFormat() },
  ['cropping'],
) {
  static override readonly className = 'Cropping2D';
  override inputSpec: Layer['inputSpec'] = { rank: 4 };

  protected override get pairs(): Pairs {
    return this.cropping;
  }
}

/** Makes a {@link Cropping2D}. */
export const cropping2d = factory(Cropping2D);
