import { factory, withOptions } from '../config/index.ts';
import type { Layer } from './layer.ts';
import { type Pairs, pairs } from './padding.ts';
import { dataFormat } from './window-options.ts';
import { ZeroPadding } from './zero-padding.ts';

/** Zeros around images. */
export class ZeroPadding2D extends withOptions(
  ZeroPadding,
  { padding: pairs(2, 1), dataFormat: dataFormat() },
  ['padding'],
) {
  static override readonly className = 'ZeroPadding2D';
  override inputSpec: Layer['inputSpec'] = { rank: 4 };

  protected override get pairs(): Pairs {
    return this.padding;
  }
}

/** Makes a {@link ZeroPadding2D}. */
export const zeroPadding2d = factory(ZeroPadding2D);
