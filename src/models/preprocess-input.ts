import { concat, slice, sub } from '../ops/index.ts';
import { formatShape, ShapeError, type Tensor } from '../tensor/index.ts';

/** Scales points from 0..255 to -1..1; [..., 3], as `preprocess_input` of Keras' MobileNets does. */
export const preprocessTf = (x: Tensor): Tensor => colours(x).div(127.5).sub(1);

/** RGB of 0..255 to BGR with ImageNet's mean colour subtracted; [..., 3], as `preprocess_input` of VGG and ResNet does. */
export const preprocessCaffe = (x: Tensor): Tensor =>
  sub(reversedChannels(colours(x)), [103.939, 116.779, 123.68]);

/** RGB of 0..255 to BGR minus `[104, 117, 123]`; [..., 3], as SqueezeNet wants it. */
export const preprocessSqueeze = (x: Tensor): Tensor =>
  sub(reversedChannels(colours(x)), [104, 117, 123]);

/** `(x - 127) / 128`; [..., 3], as the EfficientNet-Lites want it. */
export const preprocessLite = (x: Tensor): Tensor => colours(x).sub(127).div(128);

function colours(x: Tensor): Tensor {
  if (x.shape.at(-1) === 3) return x.cast('float32');
  throw new ShapeError(
    `preprocessInput: expects colours in the last axis, [..., 3], received ${formatShape(x.shape)}`,
  );
}

function reversedChannels(x: Tensor): Tensor {
  const channel = (i: number): Tensor =>
    slice(x, [...x.shape.slice(1).map(() => ({})), { start: i, stop: i + 1 }]);
  return concat([channel(2), channel(1), channel(0)], -1);
}
