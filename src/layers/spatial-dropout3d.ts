import { factory, withOptions } from '../config/index.ts';
import type { Layer } from './layer.ts';
import { SpatialDropout } from './spatial-dropout.ts';
import { dataFormat } from './window-options.ts';

/** In training, sets a random share of the channels of volumes [batch, depth, height, width, channels] to 0, as a whole. */
export class SpatialDropout3D extends withOptions(SpatialDropout, { dataFormat: dataFormat() }, [
  'rate',
  'dataFormat',
  'seed',
]) {
  static override readonly className = 'SpatialDropout3D';
  override inputSpec: Layer['inputSpec'] = { rank: 5 };

  protected override channelAxis(rank: number): number {
    return this.dataFormat === 'channels_last' ? rank - 1 : 1;
  }
}

/** Makes a {@link SpatialDropout3D}. */
export const spatialDropout3d = factory(SpatialDropout3D);
