import { factory, withOptions } from '../config/index.ts';
import type { Layer } from './layer.ts';
import { type Pairs, pairs } from './padding.ts';
import { dataFormat } from './window-options.ts';
import { ZeroPadding } from './zero-padding.ts';

/** Zeros around sequences. */
export class ZeroPadding1D extends withOptions(
  ZeroPadding,
  { padding: pairs(1, 1), dataFormat: dataFormat() },
  ['padding'],
) {
  static override readonly className = 'ZeroPadding1D';
  override inputSpec: Layer['inputSpec'] = { rank: 3 };

  protected override get pairs(): Pairs {
    return this.padding;
  }

  override getConfig() {
    return { ...super.getConfig(), padding: this.padding[0] };
  }
}

/** Makes a {@link ZeroPadding1D}. */
export const zeroPadding1d = factory(ZeroPadding1D);
