import { factory, withOptions } from '../config/index.ts';
import type { Layer } from './layer.ts';
import { type Pairs, pairs } from './padding.ts';
import { dataFormat } from './window-options.ts';
import { ZeroPadding } from './zero-padding.ts';

/** Zeros around volumes. */
export class ZeroPadding3D extends withOptions(
  ZeroPadding,
  { padding: pairs(3, 1), dataFormat: dataFormat() },
  ['padding'],
) {
  static override readonly className = 'ZeroPadding3D';
  override inputSpec: Layer['inputSpec'] = { rank: 5 };

  protected override get pairs(): Pairs {
    return this.padding;
  }
}

/** Makes a {@link ZeroPadding3D}. */
export const zeroPadding3d = factory(ZeroPadding3D);
