import type { Expr } from '../../../../../expr/index.ts';
import { type KernelBuilder, panelColumns, type Value } from '../../../builder/index.ts';
import type { KernelSpec, PhaseList } from '../../../phases.ts';
import { overChannels } from '../../channels.ts';
import { zero } from '../../fill.ts';
import { FormulaWriter } from '../../formula.ts';
import { up } from '../../layout.ts';
import { type ConvShape, describe } from '../geometry.ts';
import { multiply } from './convolution.ts';
import { frequencies, pieceUnit, planeBytes, stepOf, taskBytes } from './pieces.ts';
import { gradientLine, inputGradientLine, transformSquare } from './transforms.ts';

const kernel = 3;
const step = stepOf(kernel);

/** Images from which they are tasks enough by themselves. */
const fewestTasks = 8;
const mostImagesPerTask = 4;

interface InputGrad {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly outHeight: number;
  readonly outWidth: number;
  /** Padding above and at the left. */
  readonly top: number;
  readonly left: number;
  readonly following: Expr | null;
  readonly imagesPerTask: number;
}

/** Whether the pieces of the output have no edges of their own, and images are many enough to be shared out. */
export const suitsAdjoint = ({
  images,
  kernelHeight,
  outHeight,
  outWidth,
  padding,
}: ConvShape): boolean =>
  kernelHeight === kernel &&
  images >= fewestTasks &&
  outHeight % step === 0 &&
  outWidth % step === 0 &&
  padding.every(([before, after]) => before === after && before <= 1);

/**
 * dx = the sum of B [(G g G') (A dy A')] B' over the pieces of dy: the adjoint of the convolution's own steps, so that
 * pieces of dx overlap and are added in their order. A task is a few whole images.
 */
export function emitWinogradInputGrad(
  shape: ConvShape,
  {
    dy,
    filters,
    dx,
    beside,
  }: {
    readonly dy: number;
    /** Transformed filters, for a product over the output's channels. */
    readonly filters: number;
    readonly dx: number;
    readonly beside: number;
  },
  following: Expr | null,
  phases: PhaseList,
): void {
  const { images, height, width, channels, outHeight, outWidth, padding } = shape;
  const pieces = (outHeight / step) * (outWidth / step);
  const even = [1, 2, 3, mostImagesPerTask].find(
    (n) => (n * pieces) % pieceUnit === 0 && images / n >= fewestTasks,
  );
  const conv: InputGrad = {
    images,
    height,
    width,
    channels,
    filters: shape.filters,
    outHeight,
    outWidth,
    top: padding[0][0],
    left: padding[1][0],
    following,
    imagesPerTask: even ?? 1,
  };
  phases.run(
    inputGradKernel(conv, panelColumns(phases.target)),
    [dy, filters, dx, beside],
    Math.ceil(images / conv.imagesPerTask),
  );
}

function inputGradKernel(conv: InputGrad, panel: number): KernelSpec {
  const { images, channels, filters, outHeight, outWidth, imagesPerTask } = conv;
  const across = outWidth / step;
  const perImage = (outHeight / step) * across;
  const gradientRow = up(filters, 16);
  const channelRow = up(channels, panel);
  // By shape alone, as the order of sums must not depend on the target.
  const bytesPerUnit = frequencies * (gradientRow + up(channels, 32)) * 4 * pieceUnit;
  const units = Math.ceil((imagesPerTask * perImage) / pieceUnit);
  const perBlock = pieceUnit * Math.max(1, Math.min(Math.floor(taskBytes / bytesPerUnit), units));
  const gradientPlane = planeBytes(perBlock, gradientRow);
  const channelPlane = planeBytes(perBlock, channelRow);
  const gradientBytes = frequencies * gradientPlane;
  return {
    key: `winogradInputGrad|${describe(conv)}`,
    scratch: gradientBytes + frequencies * channelPlane,
    write: (b) => {
      const [dy, transformedFilters, dx, beside] = [0, 1, 2, 3].map((i) => b.arg(i));
      const gradients = b.let(b.scratch);
      const summed = b.let(b.scratch.add(gradientBytes));
      const firstImage = b.let(b.task.mul(imagesPerTask));
      const here = b.let(b.i32(images).sub(firstImage));
      b.set(here, here.lt(imagesPerTask).select(here, b.i32(imagesPerTask)));
      const first = b.let(firstImage.mul(perImage));
      const end = b.let(first.add(here.mul(perImage)));
      b.for(firstImage, firstImage.add(here), 1, (image) => clearEdges(b, conv, dx, image));
      b.for(first, end, perBlock, (from) => {
        const count = b.let(end.sub(from));
        b.set(count, count.lt(perBlock).select(count, b.i32(perBlock)));
        const overBlock = (body: (image: Value, top: Value, left: Value, local: Value) => void) =>
          b.for(0, count, 1, (local) => {
            const index = b.let(from.add(local));
            const down = outHeight / step;
            body(
              b.let(index.divU(perImage)),
              b.let(index.divU(across).remU(down).mul(step)),
              b.let(index.remU(across).mul(step)),
              local,
            );
          });
        overBlock((image, top, left, local) => {
          const pixel = filters * 4;
          const row = image.mul(outHeight).add(top);
          const at = b.let(dy.add(row.mul(outWidth).add(left).mul(pixel)));
          const to = b.let(gradients.add(local.mul(gradientRow * 4)));
          overChannels(b, filters, (offset, lanes) => {
            const source = b.let(at.add(offset));
            const target = b.let(to.add(offset));
            transformSquare(
              b,
              4,
              gradientLine(kernel),
              (r, c) => b.loadFirst(lanes, source, (r * outWidth + c) * pixel),
              (r, c, value) => b.store(target, (r * 6 + c) * gradientPlane, value),
            );
          });
        });
        multiply(
          b,
          perBlock,
          filters,
          channelRow,
          gradientRow,
          gradients,
          transformedFilters,
          summed,
        );
        overBlock((image, top, left, local) => {
          const at = b.let(summed.add(local.mul(channelRow * 4)));
          addPiece(b, conv, at, channelPlane, dx, image, top, left);
        });
      });
      if (conv.following) follow(b, conv, conv.following, firstImage, here, dx, beside);
    },
  };
}

/** Rows and columns that a piece adds to: those of a piece before it, or, at the edge, zeros. */
const overlap = 2;

/** Zeros what the first pieces add to. */
function clearEdges(b: KernelBuilder, conv: InputGrad, dx: Value, image: Value): void {
  const { height, width, channels, top, left } = conv;
  const at = b.let(dx.add(image.mul(height * width * channels * 4)));
  zero(b, at, (overlap - top) * width * channels);
  b.for(0, height, 1, () => {
    zero(b, at, (overlap - left) * channels);
    b.set(at, at.add(width * channels * 4));
  });
}

/** Adds B M B' to dx, where it lies inside. */
function addPiece(
  b: KernelBuilder,
  { height, width, channels, top: above, left: before }: InputGrad,
  from: Value,
  plane: number,
  dx: Value,
  image: Value,
  top: Value,
  left: Value,
): void {
  const pixel = channels * 4;
  const row = image.mul(height).add(top).sub(above);
  const at = b.let(dx.add(row.mul(width).add(left).sub(before).mul(pixel)));
  const inside = (r: number, first: Value, padding: number, size: number): Value | null => {
    if (padding === 0) return null;
    if (r === 0) return first.ne(0);
    return r === 5 ? first.ne(size - 4) : null;
  };
  // A padding of 1 makes the input as large as the output.
  const rows = [0, 1, 2, 3, 4, 5].map((r) => named(b, inside(r, top, above, height)));
  const columns = [0, 1, 2, 3, 4, 5].map((c) => named(b, inside(c, left, before, width)));
  overChannels(b, channels, (offset, lanes) => {
    const source = b.let(from.add(offset));
    const target = b.let(at.add(offset));
    transformSquare(
      b,
      6,
      inputGradientLine,
      (r, c) => b.load('f32v', source, (r * 6 + c) * plane),
      (r, c, value) => {
        const place = (r * width + c) * pixel;
        const sum = b.let(value);
        const put = () => {
          const adds = r < overlap || c < overlap;
          const result = adds ? b.loadFirst(lanes, target, place).add(sum) : sum;
          b.storeFirst(lanes, target, place, result);
        };
        const conditions = [rows[r], columns[c]].filter((v) => v !== null);
        if (conditions.length)
          b.if(
            conditions.reduce((p, q) => p.and(q)),
            put,
          );
        else put();
      },
    );
  });
}

const named = (b: KernelBuilder, condition: Value | null): Value | null =>
  condition && b.let(condition);

/** Puts the images of the task through the formula. */
function follow(
  b: KernelBuilder,
  { height, width, channels }: InputGrad,
  formula: Expr,
  firstImage: Value,
  images: Value,
  dx: Value,
  beside: Value,
): void {
  const floats = height * width * channels;
  b.for(firstImage, firstImage.add(images), 1, (image) => {
    const at = b.let(dx.add(image.mul(floats * 4)));
    const other = b.let(beside.add(image.mul(floats * 4)));
    overChannels(b, floats, (offset, lanes) => {
      const target = b.let(at.add(offset));
      const inputs = [target, other.add(offset)].map((p) => b.let(b.loadFirst(lanes, b.let(p))));
      b.storeFirst(lanes, target, 0, new FormulaWriter(b, 'f32v', inputs).write(formula));
    });
  });
}
