import type { Tensor } from '../tensor.ts';
import { type WithArguments, withArguments } from '../with-arguments.ts';
import type { Size } from './conv.ts';
import * as F from './functional/index.ts';
import { Layer, type TensorLayer } from './layer.ts';

/** Arguments of the padding layers. */
export interface PadArguments {
  /** Cells on all sides, or [left, right, top, bottom, front, back] for as many axes as there are. */
  readonly padding: Size;
  /** 'constant' (the default), 'reflect', 'replicate' or 'circular'. */
  readonly mode: string;
  /** What constant cells hold; 0 by default. */
  readonly value: number;
  readonly dataFormat: string;
  readonly name: string;
}

const order = ['padding', 'mode', 'value', 'dataFormat', 'name'] as const;
const constantOrder = ['padding', 'value', 'dataFormat', 'name'] as const;
const fixedOrder = ['padding', 'dataFormat', 'name'] as const;

function padded(
  x: Tensor,
  axes: number,
  { padding, mode, value, dataFormat }: Omit<PadArguments, 'name'>,
): Tensor {
  const sides =
    typeof padding === 'number' ? new Array<number>(2 * axes).fill(padding) : [...padding];
  return F.pad(x, sides, { mode, value, dataFormat });
}

type PadLayer<Order extends readonly (keyof PadArguments)[]> = WithArguments<
  TensorLayer,
  PadArguments,
  Order
>;

/** A padding layer for so many axes, with the mode as an argument. */
const padLayer = (axes: number, dataFormat: string): PadLayer<typeof order> => {
  abstract class Pad extends withArguments<PadArguments>()(Layer, order, 1, {
    mode: 'constant',
    value: 0,
    dataFormat,
  }) {
    override forward(x: Tensor): Tensor {
      return padded(x, axes, this);
    }
  }
  return Pad;
};

/** The same with a fixed value. */
const constantPadLayer = (axes: number, dataFormat: string): PadLayer<typeof constantOrder> => {
  abstract class Pad extends withArguments<PadArguments>()(Layer, constantOrder, 2, {
    dataFormat,
  }) {
    override forward(x: Tensor): Tensor {
      const { padding, value, dataFormat } = this;
      return padded(x, axes, { padding, value, dataFormat, mode: 'constant' });
    }
  }
  return Pad;
};

/** The same with a fixed mode. */
const modePadLayer = (
  axes: number,
  dataFormat: string,
  mode: string,
): PadLayer<typeof fixedOrder> => {
  abstract class Pad extends withArguments<PadArguments>()(Layer, fixedOrder, 1, { dataFormat }) {
    override forward(x: Tensor): Tensor {
      const { padding, dataFormat } = this;
      return padded(x, axes, { padding, dataFormat, mode, value: 0 });
    }
  }
  return Pad;
};

/** Adds cells around [batch, channels, length]. */
export class Pad1D extends padLayer(1, 'NCL') {}
/** Adds cells around images. */
export class Pad2D extends padLayer(2, 'NCHW') {}
/** Adds cells around [batch, channels, depth, height, width]. */
export class Pad3D extends padLayer(3, 'NCDHW') {}

/** Adds zeros around [batch, channels, length]. */
export class ZeroPad1D extends modePadLayer(1, 'NCL', 'constant') {}
/** Adds zeros around images. */
export class ZeroPad2D extends modePadLayer(2, 'NCHW', 'constant') {}
/** Adds zeros around [batch, channels, depth, height, width]. */
export class ZeroPad3D extends modePadLayer(3, 'NCDHW', 'constant') {}

/** Adds cells of one value around [batch, channels, length]. */
export class ConstantPad1D extends constantPadLayer(1, 'NCL') {}
/** Adds cells of one value around images. */
export class ConstantPad2D extends constantPadLayer(2, 'NCHW') {}
/** Adds cells of one value around [batch, channels, depth, height, width]. */
export class ConstantPad3D extends constantPadLayer(3, 'NCDHW') {}

/** Mirrors [batch, channels, length] at its ends. */
export class ReflectionPad1D extends modePadLayer(1, 'NCL', 'reflect') {}
/** Mirrors images at their edges. */
export class ReflectionPad2D extends modePadLayer(2, 'NCHW', 'reflect') {}
/** Mirrors [batch, channels, depth, height, width] at its edges. */
export class ReflectionPad3D extends modePadLayer(3, 'NCDHW', 'reflect') {}

/** Repeats the ends of [batch, channels, length]. */
export class ReplicationPad1D extends modePadLayer(1, 'NCL', 'replicate') {}
/** Repeats the edges of images. */
export class ReplicationPad2D extends modePadLayer(2, 'NCHW', 'replicate') {}
/** Repeats the edges of [batch, channels, depth, height, width]. */
export class ReplicationPad3D extends modePadLayer(3, 'NCDHW', 'replicate') {}

/** Goes on at the other end of [batch, channels, length]. */
export class CircularPad1D extends modePadLayer(1, 'NCL', 'circular') {}
/** Goes on at the other edge of images. */
export class CircularPad2D extends modePadLayer(2, 'NCHW', 'circular') {}
/** Goes on at the other edge of [batch, channels, depth, height, width]. */
export class CircularPad3D extends modePadLayer(3, 'NCDHW', 'circular') {}
