// Random convolutions and poolings.
import type {
  ConvAttributes,
  KernelName,
  PoolAttributes,
  WindowAttributes,
} from '../../src/backends/index.ts';
import type { Draw } from './draw.ts';
import { activations } from './formulas.ts';
import type { RandomLaunch, Taste } from './launch.ts';
import { drawOperand, inputLayouts, type OperandOptions, outputLayouts } from './operands.ts';

/** Multiplications of a convolution, at most. */
const mostWork = 2.5e6;

interface Sizes {
  readonly images: number;
  readonly image: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly out: readonly [number, number];
  readonly window: WindowAttributes;
}

const pair = <T>(make: () => T): [T, T] => [make(), make()];

function drawWindow(
  draw: Draw,
  plain: boolean,
  kernel: readonly [number, number],
): WindowAttributes {
  const even = draw.chance(0.5);
  return {
    strides: plain ? [1, 1] : pair(() => draw.pick([1, 1, 2, 3])),
    dilation: plain ? [1, 1] : pair(() => draw.pick([1, 1, 1, 2])),
    padding: kernel.map((n) => {
      const most = plain ? Math.min(n, 2) : n;
      const before = draw.chance(0.5) ? 0 : draw.whole(0, most);
      return [before, even ? before : draw.whole(0, most)];
    }) as unknown as WindowAttributes['padding'],
  };
}

function drawSizes(draw: Draw, plain: boolean, kernel: [number, number], most: number): Sizes {
  const window = drawWindow(draw, plain, kernel);
  const image = pair(() => 0);
  const out = pair(() => 0);
  for (const axis of [0, 1]) {
    const span = (kernel[axis] - 1) * window.dilation[axis] + 1;
    const padding = window.padding[axis][0] + window.padding[axis][1];
    image[axis] = Math.max(1, span - padding, draw.whole(1, most));
    out[axis] = Math.floor((image[axis] + padding - span) / window.strides[axis]) + 1;
  }
  return { images: draw.pick([1, 1, 2, 3, 5]), image, kernel, out, window };
}

interface Convolution {
  readonly kind: Kind;
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly y: readonly number[];
  readonly attributes: ConvAttributes;
}

/** What kinds of convolutions there are; each has code of its own. */
type Kind =
  | 'winograd'
  | 'wholePieces'
  | 'sparse'
  | 'direct'
  | 'pointwise'
  | 'grouped'
  | 'depthwise';
// biome-ignore format: a list, not a column
const kinds: readonly Kind[] = [
  'winograd', 'winograd', 'wholePieces', 'sparse', 'direct', 'direct', 'pointwise', 'grouped', 'depthwise',
];

/** Many images, whose output is cut into pieces without a rest. */
function drawWholePieces(draw: Draw, taste: Taste): Convolution {
  const out = pair(() => 4 * draw.whole(1, 3));
  const padding = pair(() => draw.whole(0, 1)).map((n) => [n, n]);
  const image = out.map((n, axis) => n + 2 - 2 * padding[axis][0]);
  const images = draw.whole(8, 13);
  const [channels, filters] = pair(() => draw.whole(8, 24));
  return {
    kind: 'wholePieces',
    x: [images, ...image, channels],
    filter: [3, 3, channels, filters],
    y: [images, ...out, filters],
    attributes: {
      strides: [1, 1],
      dilation: [1, 1],
      padding: padding as unknown as WindowAttributes['padding'],
      groups: 1,
      activation: activations(draw, taste),
    },
  };
}

function drawConvolution(draw: Draw, taste: Taste): Convolution {
  for (;;) {
    const kind = draw.pick(kinds);
    if (kind === 'wholePieces') return drawWholePieces(draw, taste);
    const fast = kind === 'winograd' || kind === 'sparse';
    const bare = kind === 'sparse' && draw.chance(0.5);
    const side = bare ? 3 : draw.pick([3, 3, 5]);
    const kernel = fast
      ? pair(() => side)
      : kind === 'pointwise'
        ? pair(() => 1)
        : pair(() => draw.whole(1, 6));
    const sizes = drawSizes(draw, fast, kernel, draw.pick([6, 14, 33]));
    const { images, image } = sizes;
    const out = bare ? image.map((n) => n - 2) : sizes.out;
    if (fast && out.some((n) => n < 4)) continue;
    const groups = kind === 'grouped' ? draw.whole(2, 5) : kind === 'depthwise' ? draw.size(40) : 1;
    const channels =
      kind === 'depthwise' ? 1 : bare ? draw.pick([16, 32]) : drawChannels(draw, fast);
    const filters = kind === 'depthwise' ? draw.pick([1, 1, 1, 2]) : drawChannels(draw, fast);
    const work = images * out[0] * out[1] * kernel[0] * kernel[1] * channels * filters * groups;
    if (work > mostWork) continue;
    const padding = bare
      ? ([
          [0, 0],
          [0, 0],
        ] as const)
      : sizes.window.padding;
    return {
      kind,
      x: [images, ...image, channels * groups],
      filter: [...kernel, channels, filters * groups],
      y: [images, ...out, filters * groups],
      attributes: { ...sizes.window, padding, groups, activation: activations(draw, taste) },
    };
  }
}

const drawChannels = (draw: Draw, fast: boolean): number =>
  fast ? Math.max(8, draw.size(40)) : draw.size(48);

const numbersOf = (draw: Draw, { tame }: Taste, kind: Kind): OperandOptions => ({
  numbers:
    !tame && draw.chance(0.2)
      ? 'special'
      : draw.chance(kind === 'sparse' ? 0.8 : 0.2)
        ? 'sparse'
        : 'normal',
});

const layoutOf = (draw: Draw, isOutput: boolean): OperandOptions =>
  draw.chance(0.95) ? {} : { layout: draw.pick(isOutput ? outputLayouts : inputLayouts) };

type WindowKernel = Extract<KernelName, `conv2d${string}` | `pool2d${string}`>;

export const windowLaunches: {
  readonly [K in WindowKernel]: (draw: Draw, taste: Taste) => RandomLaunch<K>;
} = {
  conv2d: (draw, taste) => {
    const { kind, x, filter, y, attributes } = drawConvolution(draw, taste);
    const inputs = [x, filter, ...(draw.chance(0.5) ? [y.slice(3)] : [])].map((shape) =>
      drawOperand(draw, shape, { ...numbersOf(draw, taste, kind), ...layoutOf(draw, false) }),
    );
    const outputs = [drawOperand(draw, y, layoutOf(draw, true))];
    return { kernel: 'conv2d', inputs, outputs, attributes };
  },
  conv2dInputGrad: (draw, taste) => {
    const { kind, x, filter, y, attributes } = drawConvolution(draw, taste);
    const inputs = [y, filter].map((shape) =>
      drawOperand(draw, shape, { ...numbersOf(draw, taste, kind), ...layoutOf(draw, false) }),
    );
    const outputs = [drawOperand(draw, x, layoutOf(draw, true))];
    return { kernel: 'conv2dInputGrad', inputs, outputs, attributes };
  },
  conv2dFilterGrad: (draw, taste) => {
    const { kind, x, filter, y, attributes } = drawConvolution(draw, taste);
    const inputs = [x, y].map((shape) =>
      drawOperand(draw, shape, { ...numbersOf(draw, taste, kind), ...layoutOf(draw, false) }),
    );
    const outputs = [drawOperand(draw, filter, layoutOf(draw, true))];
    return { kernel: 'conv2dFilterGrad', inputs, outputs, attributes };
  },
  pool2d: (draw, taste) => {
    const { x, y, attributes } = drawPooling(draw);
    const numbers = taste.tame || draw.chance(0.5) ? 'normal' : 'special';
    const inputs = [drawOperand(draw, x, { numbers, ...layoutOf(draw, false) })];
    const outputs = [drawOperand(draw, y, layoutOf(draw, true))];
    return { kernel: 'pool2d', inputs, outputs, attributes };
  },
  pool2dGrad: (draw, taste) => {
    const { x, y, attributes } = drawPooling(draw);
    const numbers = taste.tame || draw.chance(0.5) ? 'normal' : 'special';
    const inputs = [y, x].map((shape) =>
      drawOperand(draw, shape, { numbers, ...layoutOf(draw, false) }),
    );
    const outputs = [drawOperand(draw, x, layoutOf(draw, true))];
    return { kernel: 'pool2dGrad', inputs, outputs, attributes };
  },
};

function drawPooling(draw: Draw) {
  for (;;) {
    const size = pair(() => draw.whole(1, 4));
    const apart = draw.chance(0.5);
    const { images, image, out, window } = drawSizes(draw, false, size, draw.pick([6, 20]));
    const channels = draw.size(40);
    const attributes: PoolAttributes = {
      ...window,
      strides: apart ? size : window.strides,
      // A window must not lie in the padding alone.
      padding: window.padding.map((sides, axis) =>
        sides.map((n) => Math.min(n, size[axis] >> 1)),
      ) as unknown as PoolAttributes['padding'],
      dilation: draw.chance(0.8) ? [1, 1] : window.dilation,
      op: draw.pick(['max', 'average']),
      size,
      countPadding: draw.chance(0.5),
    };
    const outSize = out.map((_, axis) => {
      const span = (size[axis] - 1) * attributes.dilation[axis] + 1;
      const room = image[axis] + attributes.padding[axis][0] + attributes.padding[axis][1];
      return Math.floor((room - span) / attributes.strides[axis]) + 1;
    });
    if (outSize.some((n) => n < 1)) continue;
    if (images * image[0] * image[1] * channels > 40000) continue;
    return { x: [images, ...image, channels], y: [images, ...outSize, channels], attributes };
  }
}
