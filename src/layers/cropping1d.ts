import { factory, withOptions } from '../config/index.ts';
import { Cropping } from './cropping.ts';
import type { Layer } from './layer.ts';
import { type Pairs, pairs } from './padding.ts';

/** Sequences without some cells at the edges. */
export class Cropping1D extends withOptions(Cropping, { cropping: pairs(1, 1) }, ['cropping']) {
  static override readonly className = 'Cropping1D';
  override inputSpec: Layer['inputSpec'] = { rank: 3 };
  override readonly dataFormat = 'channels_last';

  protected override get pairs(): Pairs {
    return this.cropping;
  }

  override getConfig() {
    return { ...super.getConfig(), cropping: this.cropping[0] };
  }
}

/** Makes a {@link Cropping1D}. */
export const cropping1d = factory(Cropping1D);
