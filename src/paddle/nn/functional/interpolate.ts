// Images, series and volumes in another size.
import * as ops from '../../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  ShapeError,
  ValueError,
} from '../../../tensor/index.ts';
import { define } from '../../signature.ts';
import { toList } from '../../sizes.ts';
import { Tensor, type TensorLike, unwrap, wrap } from '../../tensor.ts';
import { fromChannelsLast, toChannelsLast } from './layout.ts';
import { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d } from './pooling.ts';

type Mode = 'nearest' | 'linear' | 'bilinear' | 'trilinear' | 'bicubic' | 'area';

/** How a cell of the result is found along one axis. */
interface AxisPlan {
  readonly size: number;
  readonly count: number;
  /** Cells of the input for each of the result. */
  readonly ratio: number;
  readonly alignCorners: boolean;
  readonly alignMode: number;
}

const inside = (i: number, size: number): number => Math.min(size - 1, Math.max(0, i));

function nearestPlaces({ size, count, ratio, alignCorners }: AxisPlan): Int32Array {
  return Int32Array.from({ length: count }, (_, i) =>
    inside(Math.floor(ratio * i + (alignCorners ? 0.5 : 0)), size),
  );
}

function linearTaps({ size, count, ratio, alignCorners, alignMode }: AxisPlan): ops.Taps {
  const [low, high] = [new Int32Array(count), new Int32Array(count)];
  const [far, near] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    const centered = !alignCorners && alignMode === 0;
    const at = Math.max(0, centered ? ratio * (i + 0.5) - 0.5 : ratio * i);
    low[i] = inside(Math.floor(at), size);
    high[i] = inside(low[i] + 1, size);
    near[i] = at - low[i];
    far[i] = 1 - near[i];
  }
  return { indices: [low, high], weights: [far, near] };
}

/** Keys' kernel with a = -0.75; cells outside count as those at the edge. */
function cubicTaps({ size, count, ratio, alignCorners }: AxisPlan): ops.Taps {
  const a = -0.75;
  const inner = (t: number) => ((a + 2) * t - (a + 3)) * t * t + 1;
  const outer = (t: number) => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  const indices = Array.from({ length: 4 }, () => new Int32Array(count));
  const weights = Array.from({ length: 4 }, () => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    const at = alignCorners ? ratio * i : ratio * (i + 0.5) - 0.5;
    const base = Math.floor(at);
    const t = at - base;
    [outer(t + 1), inner(t), inner(1 - t), outer(2 - t)].forEach((weight, tap) => {
      indices[tap][i] = inside(base - 1 + tap, size);
      weights[tap][i] = weight;
    });
  }
  return { indices, weights };
}

function resizeAxis(x: CoreTensor, axis: number, mode: Mode, plan: AxisPlan): CoreTensor {
  if (mode === 'nearest') return ops.gather(x, nearestPlaces(plan), { axis });
  return ops.weighTaps(x, axis, mode === 'bicubic' ? cubicTaps(plan) : linearTaps(plan));
}

const ranksOf: Readonly<Record<Mode, readonly number[]>> = {
  nearest: [3, 4, 5],
  area: [3, 4, 5],
  linear: [3],
  bilinear: [4],
  bicubic: [4],
  trilinear: [5],
};

/** The scale of each spatial axis, if it was given. */
function scalesOf(
  scale: number | readonly number[] | Tensor | undefined,
  spatial: number,
): number[] | null {
  if (scale === undefined) return null;
  const list =
    typeof scale === 'number' ? [scale] : scale instanceof Tensor ? [...scale.numpy()] : [...scale];
  return list.length === 1 ? new Array<number>(spatial).fill(list[0]) : list;
}

/**
 * Series [N, C, L], images [N, C, H, W] or volumes in another size: 'nearest', 'linear', 'bilinear',
 * 'trilinear', 'bicubic' or 'area'. `alignCorners` maps the outer cells onto each other; `alignMode`
 * 1 maps corners rather than centers.
 */
export const interpolate = define(
  'interpolate',
  ['x'],
  ['size', 'scaleFactor', 'mode', 'alignCorners', 'alignMode', 'dataFormat'],
  (
    x: TensorLike,
    size?: number | readonly (number | Tensor)[] | Tensor,
    scaleFactor?: number | readonly number[] | Tensor,
    mode: string = 'nearest',
    alignCorners: boolean = false,
    alignMode: number = 0,
    dataFormat?: string,
  ): Tensor => {
    const tensor = unwrap('interpolate', x);
    const how = mode.toLowerCase() as Mode;
    if (!Object.hasOwn(ranksOf, how)) {
      throw new ValueError(
        `interpolate: mode must be ${Object.keys(ranksOf).join(', ')}, received '${mode}'`,
      );
    }
    if (!ranksOf[how].includes(tensor.rank)) {
      throw new ShapeError(
        `interpolate: mode '${how}' takes ${ranksOf[how].join(', ')} axes, received ${formatShape(tensor.shape)}`,
      );
    }
    const first = (dataFormat ?? 'NC').toUpperCase().startsWith('NC');
    const image = toChannelsLast(tensor, first);
    const cells = image.shape.slice(1, -1);
    const scales = scalesOf(scaleFactor, cells.length);
    if ((size === undefined) === (scales === null)) {
      throw new ValueError('interpolate: pass either size or scaleFactor');
    }
    const counts = scales
      ? cells.map((n, i) => Math.floor(n * scales[i]))
      : spread(toList('interpolate', 'size', size), cells.length);
    if (counts.length !== cells.length || counts.some((n) => n < 1)) {
      throw new ValueError(
        `interpolate: expected ${cells.length} sizes from 1 on, received ${counts.join(', ')}`,
      );
    }
    if (how === 'area') return area(tensor, counts, first);
    const resized = cells.reduce((part, n, i) => {
      const count = counts[i];
      const ratio = alignCorners
        ? count > 1
          ? (n - 1) / (count - 1)
          : 0
        : scales
          ? 1 / scales[i]
          : n / count;
      return resizeAxis(part, i + 1, how, { size: n, count, ratio, alignCorners, alignMode });
    }, image);
    return wrap(fromChannelsLast(resized, first));
  },
);

const spread = (list: number[], spatial: number): number[] =>
  list.length === 1 ? new Array<number>(spatial).fill(list[0]) : list;

function area(x: CoreTensor, counts: readonly number[], first: boolean): Tensor {
  if (counts.length === 1) return adaptiveAvgPool1d(first ? x : ops.swapAxes(x, 1, 2), counts);
  const pool = counts.length === 2 ? adaptiveAvgPool2d : adaptiveAvgPool3d;
  const last = counts.length === 2 ? 'NHWC' : 'NDHWC';
  return pool(x, counts, first ? null : last);
}

/** The same as `interpolate`. */
export const upsample = interpolate;
