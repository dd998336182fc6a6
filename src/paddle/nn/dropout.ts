import type { Tensor } from '../tensor.ts';
import { withArguments } from '../with-arguments.ts';
import * as F from './functional/index.ts';
import { Layer } from './layer.ts';

interface DropoutArguments {
  /** Share of the elements that are set to 0; 0.5 by default. */
  readonly p: number;
  readonly inplace: boolean;
  /** Axes along which elements are drawn; others are dropped together. */
  readonly axis: number | readonly number[];
  /** 'upscale_in_train' (the default) enlarges what is left in training, 'downscale_in_infer' shrinks all in use. */
  readonly mode: string;
  readonly dataFormat: string;
  readonly name: string;
}

/**
 * Sets a share of the elements to 0 in training.
 * @example new nn.Dropout(0.5)
 */
export class Dropout extends withArguments<DropoutArguments>()(
  Layer,
  ['p', 'inplace', 'axis', 'mode', 'name'],
  0,
  { p: 0.5, inplace: false, mode: 'upscale_in_train' },
) {
  override forward(input: Tensor): Tensor {
    const { p, axis, training, mode } = this;
    return F.dropout(input, { p, axis, training, mode });
  }

  override extraRepr(): string {
    return `p=${this.p}, axis=${this.axis ?? 'None'}, mode=${this.mode}`;
  }
}

/** Sets a share of the channels of images to 0 in training. */
export class Dropout2D extends withArguments<DropoutArguments>()(
  Layer,
  ['p', 'dataFormat', 'name'],
  0,
  { p: 0.5, dataFormat: 'NCHW' },
) {
  override forward(input: Tensor): Tensor {
    const { p, training, dataFormat } = this;
    return F.dropout2d(input, { p, training, dataFormat });
  }
}

/** Sets a share of the channels of [batch, channels, depth, height, width] to 0 in training. */
export class Dropout3D extends withArguments<DropoutArguments>()(
  Layer,
  ['p', 'dataFormat', 'name'],
  0,
  { p: 0.5, dataFormat: 'NCDHW' },
) {
  override forward(input: Tensor): Tensor {
    const { p, training, dataFormat } = this;
    return F.dropout3d(input, { p, training, dataFormat });
  }
}

/** Dropout for SELU: keeps mean and variance. */
export class AlphaDropout extends withArguments<DropoutArguments>()(Layer, ['p', 'name'], 0, {
  p: 0.5,
}) {
  override forward(input: Tensor): Tensor {
    const { p, training } = this;
    return F.alphaDropout(input, { p, training });
  }
}
