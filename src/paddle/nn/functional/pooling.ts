// Pools, plain and adaptive, and the way back from a maximum.
import * as ops from '../../../ops/index.ts';
import { windowGeometry } from '../../../ops/window/geometry.ts';
import { type Tensor as CoreTensor, sizeOf, ValueError } from '../../../tensor/index.ts';
import { define, type Keyworded } from '../../signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from '../../tensor.ts';
import type { PerAxis } from './conv.ts';
import {
  channelsFirst,
  checkRank,
  fromChannelsLast,
  type PaddingLike,
  paddingPairs,
  perSpatial,
  toChannelsLast,
} from './layout.ts';

interface Pool {
  readonly x: TensorLike;
  readonly kernelSize: PerAxis;
  readonly stride: PerAxis | undefined;
  readonly padding: PaddingLike;
  readonly ceilMode: boolean;
  readonly dataFormat: string;
}

/** What all pools begin with: a checked input, its channels last, and windows over it. */
function prepare(op: string, spatial: number, pool: Pool) {
  const x = unwrap(op, pool.x);
  checkRank(op, x, spatial, pool.dataFormat);
  const first = channelsFirst(op, pool.dataFormat);
  const image = toChannelsLast(x, first);
  const size = perSpatial(op, 'kernelSize', pool.kernelSize, spatial);
  const strides = pool.stride === undefined ? size : perSpatial(op, 'stride', pool.stride, spatial);
  const input = image.shape.slice(1, -1);
  const padding = paddingPairs(op, pool.padding, first, { input, size, strides });
  return { image, input, first, size, strides, padding };
}

const maxPools = [ops.maxPool1d, ops.maxPool2d, ops.maxPool3d] as const;
const averagePools = [ops.avgPool1d, ops.avgPool2d, ops.avgPool3d] as const;

function maxPool(
  op: string,
  spatial: 1 | 2 | 3,
  pool: Pool,
  returnMask: boolean,
): Tensor | [Tensor, Tensor] {
  const { image, input, first, size, strides, padding } = prepare(op, spatial, pool);
  const { ceilMode } = pool;
  if (!returnMask) {
    const found = maxPools[spatial - 1](image, size, { strides, padding, ceilMode });
    return wrap(fromChannelsLast(found, first));
  }
  const counts = windowGeometry(op, input, size, { strides, padding }, ceilMode).output;
  const windows = counts.map((count, i) => {
    const [stride, [before]] = [strides[i], padding[i]];
    return ops.windowCells(input[i], { size: size[i], stride, padding: before, count });
  });
  return withMask(ops.maxPoolWithIndices(image, windows), first);
}

const withMask = (
  { values, indices }: { values: CoreTensor; indices: CoreTensor },
  first: boolean,
): [Tensor, Tensor] => [
  wrap(fromChannelsLast(values, first)),
  wrap(fromChannelsLast(indices, first)),
];

/** A maximum, or with `returnMask` also where each is. */
type MaxPool<Names extends readonly string[], P extends readonly unknown[]> = Keyworded<
  Names,
  P,
  Tensor & [Tensor, Tensor]
>;

type Pool1dParameters = [
  x: TensorLike,
  kernelSize: PerAxis,
  stride?: PerAxis,
  padding?: PaddingLike,
  returnMask?: boolean,
  ceilMode?: boolean,
];
type PoolParameters = [...Pool1dParameters, dataFormat?: string];

/** What a maximum pool does; that of series takes no `dataFormat`. */
const maxPoolBody =
  (name: string, spatial: 1 | 2 | 3, format: string) =>
  (
    x: TensorLike,
    kernelSize: PerAxis,
    stride?: PerAxis,
    padding: PaddingLike = 0,
    returnMask: boolean = false,
    ceilMode: boolean = false,
    dataFormat: string = format,
  ) =>
    maxPool(name, spatial, { x, kernelSize, stride, padding, ceilMode, dataFormat }, returnMask);

/** The largest value in each window of series [N, C, L]; with `returnMask` also its place. */
export const maxPool1d = define(
  'maxPool1d',
  ['x', 'kernelSize'],
  ['stride', 'padding', 'returnMask', 'ceilMode'],
  maxPoolBody('maxPool1d', 1, 'NCL'),
) as unknown as MaxPool<
  readonly ['x', 'kernelSize', 'stride', 'padding', 'returnMask', 'ceilMode'],
  Pool1dParameters
>;

const maxPoolFunction = (name: string, spatial: 2 | 3, format: string) =>
  define(
    name,
    ['x', 'kernelSize'],
    ['stride', 'padding', 'returnMask', 'ceilMode', 'dataFormat'],
    maxPoolBody(name, spatial, format),
  ) as unknown as MaxPool<
    readonly ['x', 'kernelSize', 'stride', 'padding', 'returnMask', 'ceilMode', 'dataFormat'],
    PoolParameters
  >;

/** The largest value in each window of images [N, C, H, W]; with `returnMask` also its place. */
export const maxPool2d = maxPoolFunction('maxPool2d', 2, 'NCHW');
/** The largest value in each window of volumes [N, C, D, H, W]; with `returnMask` also its place. */
export const maxPool3d = maxPoolFunction('maxPool3d', 3, 'NCDHW');

function averagePool(
  op: string,
  spatial: 1 | 2 | 3,
  pool: Pool,
  exclusive: boolean,
  divisor?: number,
): Tensor {
  const { image, first, size, strides, padding } = prepare(op, spatial, pool);
  const { ceilMode } = pool;
  const options = { strides, padding, ceilMode, countPadding: !exclusive };
  const found = averagePools[spatial - 1](image, size, options);
  // Paddle's rule: the mean as it is, as if it were that of a whole window.
  const scaled = divisor === undefined ? found : ops.mul(found, sizeOf(size) / divisor);
  return wrap(fromChannelsLast(scaled, first));
}

/** The mean of each window of series [N, C, L]; `exclusive` leaves padding out of the count. */
export const avgPool1d = define(
  'avgPool1d',
  ['x', 'kernelSize'],
  ['stride', 'padding', 'exclusive', 'ceilMode'],
  (
    x: TensorLike,
    kernelSize: PerAxis,
    stride?: PerAxis,
    padding: PaddingLike = 0,
    exclusive: boolean = true,
    ceilMode: boolean = false,
  ) =>
    averagePool(
      'avgPool1d',
      1,
      { x, kernelSize, stride, padding, ceilMode, dataFormat: 'NCL' },
      exclusive,
    ),
);

const averagePoolFunction = (name: string, spatial: 2 | 3, format: string) =>
  define(
    name,
    ['x', 'kernelSize'],
    ['stride', 'padding', 'ceilMode', 'exclusive', 'divisorOverride', 'dataFormat'],
    (
      x: TensorLike,
      kernelSize: PerAxis,
      stride?: PerAxis,
      padding: PaddingLike = 0,
      ceilMode: boolean = false,
      exclusive: boolean = true,
      divisorOverride?: number,
      dataFormat: string = format,
    ) =>
      averagePool(
        name,
        spatial,
        { x, kernelSize, stride, padding, ceilMode, dataFormat },
        exclusive,
        divisorOverride,
      ),
  );

/** The mean of each window of images [N, C, H, W]; `exclusive` leaves padding out of the count. */
export const avgPool2d = averagePoolFunction('avgPool2d', 2, 'NCHW');
/** The mean of each window of volumes [N, C, D, H, W]; `exclusive` leaves padding out of the count. */
export const avgPool3d = averagePoolFunction('avgPool3d', 3, 'NCDHW');

const adaptiveAverages = [
  ops.adaptiveAvgPool1d,
  ops.adaptiveAvgPool2d,
  ops.adaptiveAvgPool3d,
] as const;
const adaptiveMaxima = [
  ops.adaptiveMaxPool1d,
  ops.adaptiveMaxPool2d,
  ops.adaptiveMaxPool3d,
] as const;

/** Sizes of the output; null keeps that of the input. */
export type OutputSize = number | readonly (number | null)[];

/** The spatial sizes that are asked for. */
function wanted(op: string, outputSize: OutputSize, image: CoreTensor): number[] {
  const spatial = image.rank - 2;
  const list =
    typeof outputSize === 'number' ? new Array<number>(spatial).fill(outputSize) : outputSize;
  if (list.length !== spatial) {
    throw new ValueError(`${op}: outputSize must have ${spatial} sizes, received ${list.length}`);
  }
  return list.map((n, i) => n ?? image.shape[i + 1]);
}

function adaptiveAverage(
  op: string,
  spatial: 1 | 2 | 3,
  x: TensorLike,
  outputSize: OutputSize,
  dataFormat: string,
): Tensor {
  const tensor = unwrap(op, x);
  checkRank(op, tensor, spatial, dataFormat);
  const first = channelsFirst(op, dataFormat);
  const image = toChannelsLast(tensor, first);
  return wrap(
    fromChannelsLast(adaptiveAverages[spatial - 1](image, wanted(op, outputSize, image)), first),
  );
}

/** The mean of as many even parts of series [N, C, L] as asked for. */
export const adaptiveAvgPool1d = define(
  'adaptiveAvgPool1d',
  ['x', 'outputSize'],
  [],
  (x: TensorLike, outputSize: OutputSize) =>
    adaptiveAverage('adaptiveAvgPool1d', 1, x, outputSize, 'NCL'),
);

const adaptiveAverageFunction = (name: string, spatial: 2 | 3, format: string) =>
  define(
    name,
    ['x', 'outputSize'],
    ['dataFormat'],
    (x: TensorLike, outputSize: OutputSize, dataFormat: string = format) =>
      adaptiveAverage(name, spatial, x, outputSize, dataFormat),
  );

/** The mean of as many even parts of images [N, C, H, W] as asked for. */
export const adaptiveAvgPool2d = adaptiveAverageFunction('adaptiveAvgPool2d', 2, 'NCHW');
/** The mean of as many even parts of volumes [N, C, D, H, W] as asked for. */
export const adaptiveAvgPool3d = adaptiveAverageFunction('adaptiveAvgPool3d', 3, 'NCDHW');

const adaptiveMaxFunction = (name: string, spatial: 1 | 2 | 3, format: string) =>
  define(
    name,
    ['x', 'outputSize'],
    ['returnMask'],
    (
      x: TensorLike,
      outputSize: OutputSize,
      returnMask: boolean = false,
    ): Tensor | [Tensor, Tensor] => {
      const tensor = unwrap(name, x);
      checkRank(name, tensor, spatial, format);
      const image = toChannelsLast(tensor, true);
      const sizes = wanted(name, outputSize, image);
      if (!returnMask)
        return wrap(fromChannelsLast(adaptiveMaxima[spatial - 1](image, sizes), true));
      const windows = sizes.map((n, i) => ops.adaptiveCells(image.shape[i + 1], n));
      return withMask(ops.maxPoolWithIndices(image, windows), true);
    },
  ) as unknown as MaxPool<
    readonly ['x', 'outputSize', 'returnMask'],
    [x: TensorLike, outputSize: OutputSize, returnMask?: boolean]
  >;

/** The largest value of as many even parts of series [N, C, L] as asked for. */
export const adaptiveMaxPool1d = adaptiveMaxFunction('adaptiveMaxPool1d', 1, 'NCL');
/** The largest value of as many even parts of images [N, C, H, W] as asked for. */
export const adaptiveMaxPool2d = adaptiveMaxFunction('adaptiveMaxPool2d', 2, 'NCHW');
/** The largest value of as many even parts of volumes [N, C, D, H, W] as asked for. */
export const adaptiveMaxPool3d = adaptiveMaxFunction('adaptiveMaxPool3d', 3, 'NCDHW');

function maxUnpool(
  op: string,
  spatial: number,
  options: {
    readonly x: TensorLike;
    readonly indices: TensorLike;
    readonly kernelSize: PerAxis;
    readonly stride: PerAxis | undefined;
    readonly padding: PerAxis;
    readonly outputSize: PerAxis | undefined;
  },
): Tensor {
  const [x, indices] = [unwrap(op, options.x), unwrap(op, options.indices)];
  const size = perSpatial(op, 'kernelSize', options.kernelSize, spatial);
  const strides =
    options.stride === undefined ? size : perSpatial(op, 'stride', options.stride, spatial);
  const padding = perSpatial(op, 'padding', options.padding, spatial);
  const plain = size.map((n, i) => (x.shape[i + 2] - 1) * strides[i] - 2 * padding[i] + n);
  const { outputSize } = options;
  const output =
    outputSize === undefined
      ? plain
      : perSpatial(
          op,
          'outputSize',
          typeof outputSize === 'number' ? outputSize : outputSize.slice(-spatial),
          spatial,
        );
  const [batch, channels] = x.shape;
  const rows = (t: CoreTensor) => ops.reshape(t, [batch, channels, -1]);
  const none = ops.zeros([batch, channels, sizeOf(output)], { dtype: x.dtype });
  const placed = ops.putAlongAxis(none, rows(indices), rows(x), 2);
  return wrap(ops.reshape(placed, [batch, channels, ...output]));
}

const maxUnpoolFunction = (name: string, spatial: number, format: string) =>
  define(
    name,
    ['x', 'indices', 'kernelSize'],
    ['stride', 'padding', 'dataFormat', 'outputSize'],
    (
      x: TensorLike,
      indices: TensorLike,
      kernelSize: PerAxis,
      stride?: PerAxis,
      padding: PerAxis = 0,
      dataFormat: string = format,
      outputSize?: PerAxis,
    ) => {
      if (dataFormat !== format) {
        throw new ValueError(`${name}: dataFormat must be ${format}, received '${dataFormat}'`);
      }
      return maxUnpool(name, spatial, { x, indices, kernelSize, stride, padding, outputSize });
    },
  );

/** Zeros of the size before `maxPool1d`, with the maxima where they were. */
export const maxUnpool1d = maxUnpoolFunction('maxUnpool1d', 1, 'NCL');
/** Zeros of the size before `maxPool2d`, with the maxima where they were. */
export const maxUnpool2d = maxUnpoolFunction('maxUnpool2d', 2, 'NCHW');
/** Zeros of the size before `maxPool3d`, with the maxima where they were. */
export const maxUnpool3d = maxUnpoolFunction('maxUnpool3d', 3, 'NCDHW');

/** The p-norm of each window: the root of the sum of powers. */
function normPool(op: string, spatial: 1 | 2, pool: Pool, normType: number): Tensor {
  if (normType === Number.POSITIVE_INFINITY) return maxPool(op, spatial, pool, false) as Tensor;
  const { image, input, first, size, strides, padding } = prepare(op, spatial, pool);
  const { overhang } = windowGeometry(op, input, size, { strides, padding }, pool.ceilMode);
  // With zeros all around every window is whole, and its mean times its size is its sum.
  const around = padding.map(([before, after], i) => [before, after + overhang[i]] as const);
  const powers = ops.pad(ops.pow(image, normType), [[0, 0], ...around, [0, 0]]);
  const means = averagePools[spatial - 1](powers, size, { strides });
  const lengths = ops.pow(ops.mul(means, sizeOf(size)), 1 / normType);
  return wrap(fromChannelsLast(lengths, first));
}

const normPoolFunction = (name: string, spatial: 1 | 2, format: string) =>
  define(
    name,
    ['x', 'normType', 'kernelSize'],
    ['stride', 'padding', 'ceilMode', 'dataFormat'],
    (
      x: TensorLike,
      normType: number,
      kernelSize: PerAxis,
      stride?: PerAxis,
      padding: PaddingLike = 0,
      ceilMode: boolean = false,
      dataFormat: string = format,
    ) =>
      normPool(name, spatial, { x, kernelSize, stride, padding, ceilMode, dataFormat }, normType),
  );

/** The norm of each window of series [N, C, L]. */
export const lpPool1d = normPoolFunction('lpPool1d', 1, 'NCL');
/** The norm of each window of images [N, C, H, W]. */
export const lpPool2d = normPoolFunction('lpPool2d', 2, 'NCHW');
