import type { Expr } from '../../../../../expr/index.ts';
import type { KernelBuilder, Value } from '../../../builder/index.ts';
import { zero } from '../../fill.ts';
import { FormulaWriter } from '../../formula.ts';
import { mostVectorBytes, up } from '../../layout.ts';
import type { ConvShape } from '../geometry.ts';

/** Channels from which a pixel's are read as whole vectors of their own. */
const fewestFilled = 8;
/** Windows of few channels that are not larger than this are read whole. */
const mostWindow = 32;
/** What images may take in the second-level cache. */
const mostImageBytes = 131_072;

const unpadded: ConvShape['padding'] = [
  [0, 0],
  [0, 0],
];

const windowOf = ({ kernelHeight, kernelWidth, channels }: ConvShape): number =>
  kernelHeight * kernelWidth * channels;

/** Whether the windows of few channels, each as the channels of a pixel, take the place of the image. */
const isPatched = (shape: ConvShape): boolean =>
  shape.channels < fewestFilled &&
  windowOf(shape) <= mostWindow &&
  shape.outHeight * shape.outWidth * mostWindow * 4 <= mostImageBytes;

/** Images with their padding around them. */
const padded = (shape: ConvShape): ConvShape => ({
  ...shape,
  height: shape.outHeight + shape.kernelHeight - 1,
  width: shape.outWidth + shape.kernelWidth - 1,
  padding: unpadded,
});

/**
 * A convolution as the lists see it: images with their padding around them, channels filled up to whole vectors unless few;
 * or small windows of few channels, with a kernel of one pixel.
 */
export function framedShape(shape: ConvShape, lanes: number): ConvShape {
  if (isPatched(shape)) {
    return {
      ...shape,
      height: shape.outHeight,
      width: shape.outWidth,
      channels: up(windowOf(shape), lanes),
      kernelHeight: 1,
      kernelWidth: 1,
      padding: unpadded,
    };
  }
  const frame = padded(shape);
  return shape.channels < fewestFilled ? frame : { ...frame, channels: up(frame.channels, lanes) };
}

/** Few channels are read beyond the last pixel. */
const isFramed = (shape: ConvShape, framed: ConvShape): boolean =>
  shape.channels < fewestFilled ||
  (['height', 'width', 'channels'] as const).some((size) => shape[size] !== framed[size]);

const floatsOf = ({ height, width, channels }: ConvShape): number => height * width * channels;

/** With room to read, and to write, a vector beyond the last pixel. */
const bytesOf = (shape: ConvShape): number =>
  up(floatsOf(shape) * 4, mostVectorBytes) + mostVectorBytes;

/** Memory for one image in its frame; none where images are as the lists want them. */
export const frameBytes = (shape: ConvShape, framed: ConvShape): number =>
  isFramed(shape, framed) ? bytesOf(framed) + (isPatched(shape) ? bytesOf(padded(shape)) : 0) : 0;

/** Lanes of the widest target: all targets must take the same way. */
const mostLanes = 16;
/** A frame must stay in the second-level cache. */
const mostFrameBytes = 262_144;

/** Whether the gradients of a convolution may come from lists. */
export const suitsSparse = (shape: ConvShape): boolean =>
  shape.groups === 1 &&
  [...shape.strides, ...shape.dilation].every((n) => n === 1) &&
  frameBytes(shape, framedShape(shape, mostLanes)) <= mostFrameBytes;

/** Visits the vectors of an image's channels: their offsets in the image and in the frame, and how many lanes are real. */
function overVectorsOf(
  b: KernelBuilder,
  shape: ConvShape,
  framed: ConvShape,
  visit: (inImage: Value, inFrame: Value, lanes: number) => void,
): void {
  const [[top], [left]] = shape.padding;
  const { height } = shape;
  // Where nothing lies between pixels, a row is one long pixel.
  const joined = shape.channels === framed.channels;
  const width = joined ? 1 : shape.width;
  const channels = joined ? shape.width * shape.channels : shape.channels;
  const pixelBytes = framed.channels * 4;
  const inImage = b.let(b.i32(0));
  const inFrame = b.let(b.i32((top * framed.width + left) * pixelBytes));
  b.for(0, height, 1, () => {
    b.for(0, width, 1, () => {
      const part = (offset: Value, lanes: number): void =>
        visit(b.let(inImage.add(offset)), b.let(inFrame.add(offset)), lanes);
      const whole = Math.floor(channels / b.lanes) * b.lanes;
      b.for(0, whole * 4, b.vectorBytes, (offset) => part(offset, b.lanes));
      if (channels > whole) part(b.i32(whole * 4), channels - whole);
      b.set(inImage, inImage.add(channels * 4));
      b.set(inFrame, inFrame.add(joined ? shape.width * pixelBytes : pixelBytes));
    });
    b.set(inFrame, inFrame.add((framed.width - shape.width) * pixelBytes));
  });
}

/** Images of the input, each put into the frame when it is its turn. */
export class InputImages {
  readonly #b: KernelBuilder;
  readonly #shape: ConvShape;
  readonly #framed: ConvShape;
  readonly #x: Value;
  /** Where images are put, and how they lie there: nowhere if they may stay where they are. */
  readonly #frame: { readonly at: Value; readonly shape: ConvShape } | null;
  /** Where the windows are put that take the place of the image. */
  readonly #patches: Value | null;

  constructor(b: KernelBuilder, shape: ConvShape, framed: ConvShape, x: Value, memory: Value) {
    this.#b = b;
    this.#shape = shape;
    this.#framed = framed;
    this.#x = x;
    this.#patches = isPatched(shape) ? memory : null;
    const inFrame = this.#patches ? padded(shape) : framed;
    const at = this.#patches ? b.let(memory.add(bytesOf(framed))) : memory;
    this.#frame = isFramed(shape, framed) ? { at, shape: inFrame } : null;
    if (this.#frame) zero(b, at, floatsOf(inFrame));
  }

  /** The address of an image. */
  at(image: Value): Value {
    const b = this.#b;
    const from = b.let(this.#x.add(image.mul(floatsOf(this.#shape) * 4)));
    const frame = this.#frame;
    if (!frame) return from;
    overVectorsOf(b, this.#shape, frame.shape, (inImage, inFrame, lanes) =>
      b.store(b.let(frame.at.add(inFrame)), 0, b.loadFirst(lanes, b.let(from.add(inImage)))),
    );
    if (this.#patches) this.#cutPatches(frame.at, frame.shape, this.#patches);
    return this.#patches ?? frame.at;
  }

  /** A vector of a window is put together of its rows' own lanes; what follows the last row is not looked at. */
  #cutPatches(frame: Value, { width, channels }: ConvShape, patches: Value): void {
    const b = this.#b;
    const { kernelHeight, kernelWidth } = this.#shape;
    const row = kernelWidth * channels;
    const lanes = b.let(b.laneNumbers());
    const vectors = Array.from({ length: this.#framed.channels / b.lanes }, (_, v) => {
      const first = v * b.lanes;
      const [from, to] = [first, first + b.lanes - 1].map((at) =>
        Math.min(kernelHeight - 1, Math.floor(at / row)),
      );
      return Array.from({ length: to - from + 1 }, (_, i) => {
        const start = (from + i) * row - first;
        return {
          offset: ((from + i) * width * channels - start) * 4,
          holds: i > 0 ? b.let(lanes.ge(start)) : null,
        };
      });
    });
    const from = b.let(frame);
    const to = b.let(patches);
    b.for(0, this.#framed.height, 1, () => {
      b.for(0, this.#framed.width, 1, () => {
        vectors.forEach((rows, v) => {
          const parts = rows.map(({ offset }) => b.let(b.load('f32v', from, offset)));
          const patch = parts.reduce((left, part, i) => rows[i].holds?.select(part, left) ?? part);
          b.store(to, v * b.vectorBytes, patch);
        });
        b.set(from, from.add(channels * 4));
        b.set(to, to.add(this.#framed.channels * 4));
      });
      b.set(from, from.add((kernelWidth - 1) * channels * 4));
    });
  }
}

/** The gradient of one image, which begins as zeros. */
export class ImageGradient {
  readonly #b: KernelBuilder;
  readonly #shape: ConvShape;
  readonly #framed: ConvShape;
  /** Where the image is in the gradient and in what lies beside it. */
  readonly #offset: Value;
  readonly #out: Value;
  /** Where sums grow: in place, or in a frame. */
  readonly #sums: Value;

  constructor(
    b: KernelBuilder,
    shape: ConvShape,
    framed: ConvShape,
    image: Value,
    dx: Value,
    memory: Value,
  ) {
    this.#b = b;
    this.#shape = shape;
    this.#framed = framed;
    this.#offset = b.let(image.mul(floatsOf(shape) * 4));
    this.#out = b.let(dx.add(this.#offset));
    this.#sums = isFramed(shape, framed) ? memory : this.#out;
    zero(b, this.#sums, floatsOf(framed));
  }

  /** The address of a row. */
  row(number: Value): Value {
    const { width, channels } = this.#framed;
    return this.#b.let(this.#sums.add(number.mul(width * channels * 4)));
  }

  /** Takes the sums out of the frame, and through a formula of them and of another picture. */
  finish(following: Expr | null, beside: Value): void {
    const [shape, framed] = [this.#shape, this.#framed];
    if (!following && !isFramed(shape, framed)) return;
    const b = this.#b;
    const other = b.let(beside.add(this.#offset));
    const put = (inImage: Value, inFrame: Value, lanes: number): void => {
      const sum = b.let(b.load('f32v', b.let(this.#sums.add(inFrame))));
      const inputs = () => [sum, b.let(b.loadFirst(lanes, b.let(other.add(inImage))))];
      const result = following ? new FormulaWriter(b, 'f32v', inputs()).write(following) : sum;
      b.storeFirst(lanes, b.let(this.#out.add(inImage)), 0, result);
    };
    if (isFramed(shape, framed)) overVectorsOf(b, shape, framed, put);
    else {
      b.for(0, floatsOf(shape) * 4, b.vectorBytes, (offset) => put(offset, offset, b.lanes));
    }
  }
}
