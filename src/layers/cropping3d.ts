import { factory, withOptions } from '../config/index.ts';
import { Cropping } from './cropping.ts';
import type { Layer } from './layer.ts';
import { type Pairs, pairs } from './padding.ts';
import { dataFormat } from './window-options.ts';

/** Volumes without some cells at the edges. */
export class Cropping3D extends withOptions(
  Cropping,
  { cropping: pairs(3, 1), dataFormat: dataFormat() },
  ['cropping'],
) {
  static override readonly className = 'Cropping3D';
  override inputSpec: Layer['inputSpec'] = { rank: 5 };

  protected override get pairs(): Pairs {
    return this.cropping;
  }
}

/** Makes a {@link Cropping3D}. */
export const cropping3d = factory(Cropping3D);
