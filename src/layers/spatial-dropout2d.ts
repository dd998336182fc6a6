import { factory, withOptions } from '../config/index.ts';
import type { Layer } from './layer.ts';
import { SpatialDropout } from './spatial-dropout.ts';
import { dataFormat } from './window-options.ts';

/** In training, sets a random share of the channels of images [batch, height, width, channels] to 0, as a whole. */
export class SpatialDropout2D extends withOptions(SpatialDropout, { dataFormat: dataFormat() }, [
  'rate',
  'dataFormat',
  'seed',
]) {
  static override readonly className = 'SpatialDropout2D';
  override inputSpec: Layer['inputSpec'] = { rank: 4 };

  protected override channelAxis(rank: number): number {
    return this.dataFormat === 'channels_last' ? rank - 1 : 1;
  }
}

/** Makes a {@link SpatialDropout2D}. */
export const spatialDropout2d = factory(SpatialDropout2D);
