// Launches that only plans make: a convolution that pools, and gradients behind maxima.
import type { ConvAttributes } from '../../src/backends/index.ts';
import { input } from '../../src/expr/index.ts';
import { Draw } from './draw.ts';
import type { RandomLaunch } from './launch.ts';
import { drawOperand, type Numbers, type Operand } from './operands.ts';

/** Multiplications of a convolution, at most. */
const mostWork = 2e6;

interface Block {
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly y: readonly number[];
  readonly pooled: readonly number[];
  readonly attributes: ConvAttributes;
  /** Whether the gradient of the input may be asked for besides. */
  readonly hasInputGrad: boolean;
  readonly isWinograd: boolean;
}

function drawBlock(draw: Draw): Block {
  for (;;) {
    const side = draw.pick([1, 2, 3, 3, 4, 5, 5]);
    const around = draw.whole(0, side >> 1);
    const out = [0, 0].map(() => 2 * draw.whole(1, 8));
    const image = out.map((n) => n + side - 1 - 2 * around);
    const images = draw.pick([1, 1, 2, 3, 5, 17]);
    const [channels, filters] = [draw.pick([1, 1, 2, 3, 8, 16, 20, 33]), draw.whole(1, 40)];
    const work = images * out[0] * out[1] * side * side * channels * filters;
    if (work > mostWork || image.some((n) => n < 1)) continue;
    const sides = [around, around] as const;
    const isWinograd =
      (side === 3 || side === 5) && Math.min(channels, filters) >= 8 && Math.min(...out) >= 4;
    return {
      x: [images, ...image, channels],
      filter: [side, side, channels, filters],
      y: [images, ...out, filters],
      pooled: [images, out[0] / 2, out[1] / 2, filters],
      attributes: {
        ...({ strides: [1, 1], dilation: [1, 1], groups: 1 } as const),
        padding: [sides, sides],
        activation: null,
      },
      hasInputGrad: isWinograd && Math.min(...image) >= 4,
      isWinograd,
    };
  }
}

function drawPooling(
  draw: Draw,
  { x, filter, y, pooled, isWinograd, ...block }: Block,
): RandomLaunch {
  const pooling = draw.pick(isWinograd ? ['only', 'too', 'places', 'places'] : ['only', 'places']);
  const numbers: Numbers = draw.chance(0.2) ? 'special' : 'normal';
  const shapes = draw.chance(0.5) ? [x, filter, y.slice(3)] : [x, filter];
  const outputs = { only: [pooled], too: [y, pooled], places: [pooled, pooled] }[pooling] ?? [];
  const activation = draw.pick([null, input(0).max(0), input(0).tanh()]);
  return {
    kernel: 'conv2d',
    inputs: shapes.map((shape) => drawOperand(draw, shape, { numbers })),
    outputs: outputs.map((shape) => drawOperand(draw, shape)),
    attributes: { ...block.attributes, activation, pooling } as ConvAttributes,
  };
}

function drawGradients(draw: Draw, block: Block): RandomLaunch {
  const { x, filter, pooled, attributes, hasInputGrad } = block;
  const slope = draw.pick([input(1).gt(0), input(1).mul(input(1)).neg().add(1)]);
  const numbers: Numbers = draw.chance(0.5) ? 'sparse' : 'normal';
  const withInputGrad = hasInputGrad && draw.chance(0.7);
  const withBiasGrad = draw.chance(0.6);
  const beside = withInputGrad && draw.chance(0.5);
  const behindMaxima = {
    ...(draw.chance(0.8) ? { following: input(0).mul(slope) } : {}),
    withBiasGrad,
  };
  const of = (shape: readonly number[], kind: Numbers = 'normal'): Operand =>
    drawOperand(draw, shape, { numbers: kind });
  return {
    kernel: 'conv2dFilterGrad',
    inputs: [
      ...[of(x), of(pooled, numbers)],
      ...(withInputGrad ? [of(filter)] : []),
      ...(beside ? [of(x)] : []),
      ...[of(pooled), of(pooled, { below: 4 })],
    ],
    outputs: [
      of(filter),
      ...(withInputGrad ? [of(x)] : []),
      ...(withBiasGrad ? [of([1, 1, 1, filter[3]])] : []),
    ],
    attributes: {
      ...attributes,
      withInputGrad,
      behindMaxima,
      ...(beside ? { following: input(0).mul(input(1).gt(0)) } : {}),
    } as ConvAttributes,
  };
}

/** The `index`-th launch that two or more have become: the same one each time. */
export function fusedLaunch(index: number): RandomLaunch {
  const draw = new Draw(index);
  const block = drawBlock(draw);
  return draw.chance(0.4) ? drawPooling(draw, block) : drawGradients(draw, block);
}
