import { Expr } from '../../../../expr/index.ts';
import type { View } from '../../../../tensor/index.ts';
import type { ConvAttributes } from '../../../kernels.ts';

/** Everything about a convolution that its code depends on; sizes in elements. */
export interface ConvShape {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  /** Channels of one group, on either side. */
  readonly channels: number;
  readonly filters: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** [[top, bottom], [left, right]] */
  readonly padding: ConvAttributes['padding'];
  readonly groups: number;
  /** Distance between neighbouring pixels of the input and of the output. */
  readonly inPixel: number;
  readonly outPixel: number;
}

export function convShape(x: View, filter: View, y: View, attributes: ConvAttributes): ConvShape {
  const [images, height, width, inPixel] = x.shape;
  const [kernelHeight, kernelWidth, channels, allFilters] = filter.shape;
  const [, outHeight, outWidth, outPixel] = y.shape;
  const { strides, dilation, padding, groups } = attributes;
  return {
    images,
    height,
    width,
    channels,
    filters: allFilters / groups,
    kernelHeight,
    kernelWidth,
    outHeight,
    outWidth,
    strides,
    dilation,
    padding,
    groups,
    inPixel,
    outPixel,
  };
}

/** A convolution of frames that lie ready, so that there is no padding: `height` and `width` are those of a frame. */
export type FramedConv = Omit<ConvShape, 'padding' | 'groups'> & {
  readonly bias: boolean;
  readonly activation: Expr | null;
};

/** The same for equal sizes and options, whatever the order in which they were written: a kernel's key. */
export const describe = (sizes: object): string =>
  Object.entries(sizes)
    .map(([name, value]) => `${name}=${value instanceof Expr ? value.key : value}`)
    .sort()
    .join();

/** How many there are of everything, whatever surrounds an image. */
export const convSizes = (shape: ConvShape) => ({
  images: shape.images,
  channels: shape.channels,
  filters: shape.filters,
  kernelHeight: shape.kernelHeight,
  kernelWidth: shape.kernelWidth,
  outHeight: shape.outHeight,
  outWidth: shape.outWidth,
  inPixel: shape.inPixel,
  outPixel: shape.outPixel,
});

/** The shape of the picture whose 2x2 squares have maxima of this shape. */
export const doubled = ([n, h, w, c]: readonly number[]): number[] => [n, h * 2, w * 2, c];

/** The frame that puts an image's padding around it. */
export const paddedFrame = ({ height, width, padding: [rows, columns] }: ConvShape): Frame => ({
  height: height + rows[0] + rows[1],
  width: width + columns[0] + columns[1],
  top: rows[0],
  left: columns[0],
  spread: [1, 1],
});

/** An image with zeros around it and, for gradients of strided convolutions, between its pixels. */
export interface Frame {
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
  /** Distance of the source's rows and columns in the frame: 1, or the stride that is undone. */
  readonly spread: readonly [number, number];
}

export const isWhole = (frame: Frame, height: number, width: number): boolean =>
  frame.top === 0 &&
  frame.left === 0 &&
  frame.height === height &&
  frame.width === width &&
  frame.spread[0] === 1 &&
  frame.spread[1] === 1;
