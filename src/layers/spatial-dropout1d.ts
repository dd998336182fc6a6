import { factory } from '../config/index.ts';
import type { Layer } from './layer.ts';
import { SpatialDropout } from './spatial-dropout.ts';

/** In training, sets a random share of the channels of sequences [batch, steps, channels] to 0, for all steps. */
export class SpatialDropout1D extends SpatialDropout {
  static override readonly className = 'SpatialDropout1D';
  override inputSpec: Layer['inputSpec'] = { rank: 3 };

  protected override channelAxis(): number {
    return 2;
  }
}

/** Makes a {@link SpatialDropout1D}. */
export const spatialDropout1d = factory(SpatialDropout1D);
