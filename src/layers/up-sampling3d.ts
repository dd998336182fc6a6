import { factory, withOptions } from '../config/index.ts';
import { repeat } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { dataFormat, joinShape, perAxis, splitShape, withChannelsLast } from './window-options.ts';

/** Volumes `size` times as deep, high and wide, by repeating cells. */
export class UpSampling3D extends withOptions(
  Layer,
  { size: perAxis(3, 2), dataFormat: dataFormat() },
  ['size'],
) {
  static override readonly className = 'UpSampling3D';
  override inputSpec: Layer['inputSpec'] = { rank: 5 };

  override call(x: Tensor): Tensor {
    return withChannelsLast(x, this.dataFormat, (volume) =>
      this.size.reduce((part, times, i) => repeat(part, times, i + 1), volume),
    );
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const { batch, window, channels } = splitShape(inputShape, this.dataFormat);
    const sizes = window.map((n, i) => (n === null ? null : n * this.size[i]));
    return joinShape(batch, sizes, channels, this.dataFormat);
  }
}

/** Makes an {@link UpSampling3D}. */
export const upSampling3d = factory(UpSampling3D);
