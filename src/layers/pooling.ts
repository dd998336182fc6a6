import { choice, withOptions } from '../config/index.ts';
import { avgPool1d, avgPool2d, avgPool3d, maxPool1d, maxPool2d, maxPool3d } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import {
  dataFormat,
  joinShape,
  optionalPerAxis,
  outputLength,
  perAxis,
  splitShape,
  withChannelsLast,
} from './window-options.ts';

const pools = {
  max: [maxPool1d, maxPool2d, maxPool3d],
  average: [avgPool1d, avgPool2d, avgPool3d],
} as const;

/** The base class of the pooling layers: a window that slides over 1 to 3 axes. */
export function poolingLayer(kind: keyof typeof pools, rank: 1 | 2 | 3) {
  return class Pooling extends withOptions(
    Layer,
    {
      /** Size of the window. */
      poolSize: perAxis(rank, 2),
      padding: choice(['valid', 'same'], 'valid'),
      /** Step of the window; its size by default. */
      strides: optionalPerAxis(rank),
      dataFormat: dataFormat(),
    },
    ['poolSize', 'strides'],
  ) {
    override inputSpec: Layer['inputSpec'] = { rank: rank + 2 };
    /** Steps; never null once the layer exists. */
    get step(): readonly number[] {
      return this.strides ?? this.poolSize;
    }

    override call(x: Tensor): Tensor {
      const pool = pools[kind][rank - 1];
      return withChannelsLast(x, this.dataFormat, (image) =>
        pool(image, this.poolSize, { strides: this.step, padding: this.padding }),
      );
    }

    override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
      const { batch, window, channels } = splitShape(inputShape, this.dataFormat);
      const lengths = window.map((n, i) =>
        outputLength(n, this.poolSize[i], this.padding, this.step[i]),
      );
      return joinShape(batch, lengths, channels, this.dataFormat);
    }

    override getConfig() {
      return { ...super.getConfig(), strides: this.step };
    }
  };
}
