import type { Expr } from '../../../../expr/index.ts';
import type { KernelBuilder, Value } from '../../builder/index.ts';
import type { ConvShape } from '../conv-geometry.ts';
import { zero } from '../fill.ts';
import { FormulaWriter } from '../formula.ts';

/** A convolution as the lists see it: images with their padding around them, channels filled up to whole vectors. */
export const framedShape = (shape: ConvShape, lanes: number): ConvShape => ({
  ...shape,
  height: shape.outHeight + shape.kernelHeight - 1,
  width: shape.outWidth + shape.kernelWidth - 1,
  channels: Math.ceil(shape.channels / lanes) * lanes,
  padding: [
    [0, 0],
    [0, 0],
  ],
});

const isFramed = (shape: ConvShape, framed: ConvShape): boolean =>
  (['height', 'width', 'channels'] as const).some((size) => shape[size] !== framed[size]);

const floatsOf = ({ height, width, channels }: ConvShape): number => height * width * channels;

/** Memory for one image in its frame; none where images are as the lists want them. */
export const frameBytes = (shape: ConvShape, framed: ConvShape): number =>
  isFramed(shape, framed) ? floatsOf(framed) * 4 : 0;

/** Visits the vectors of an image's channels: their offsets in the image and in the frame, and how many lanes are real. */
function overVectorsOf(
  b: KernelBuilder,
  shape: ConvShape,
  framed: ConvShape,
  visit: (inImage: Value, inFrame: Value, lanes: number) => void,
): void {
  const { height, width, channels, padding } = shape;
  const [[top], [left]] = padding;
  const pixelBytes = framed.channels * 4;
  const inImage = b.let(b.i32(0));
  const inFrame = b.let(b.i32((top * framed.width + left) * pixelBytes));
  b.for(0, height, 1, () => {
    b.for(0, width, 1, () => {
      for (let c = 0; c < channels; c += b.lanes) {
        const lanes = Math.min(b.lanes, channels - c);
        visit(b.let(inImage.add(c * 4)), b.let(inFrame.add(c * 4)), lanes);
      }
      b.set(inImage, inImage.add(channels * 4));
      b.set(inFrame, inFrame.add(pixelBytes));
    });
    b.set(inFrame, inFrame.add((framed.width - width) * pixelBytes));
  });
}

/** Images of the input, each put into the frame when it is its turn. */
export class InputImages {
  readonly #b: KernelBuilder;
  readonly #shape: ConvShape;
  readonly #framed: ConvShape;
  readonly #x: Value;
  readonly #frame: Value | null;

  constructor(b: KernelBuilder, shape: ConvShape, framed: ConvShape, x: Value, memory: Value) {
    this.#b = b;
    this.#shape = shape;
    this.#framed = framed;
    this.#x = x;
    this.#frame = isFramed(shape, framed) ? memory : null;
    if (this.#frame) zero(b, memory, floatsOf(framed));
  }

  /** The address of an image. */
  at(image: Value): Value {
    const b = this.#b;
    const from = b.let(this.#x.add(image.mul(floatsOf(this.#shape) * 4)));
    const frame = this.#frame;
    if (!frame) return from;
    overVectorsOf(b, this.#shape, this.#framed, (inImage, inFrame, lanes) =>
      b.store(b.let(frame.add(inFrame)), 0, b.loadFirst(lanes, b.let(from.add(inImage)))),
    );
    return frame;
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
