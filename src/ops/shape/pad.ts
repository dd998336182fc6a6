import { unaryResult } from '../../autograd/index.ts';
import { run } from '../../backends/registry.ts';
import { constant } from '../../expr/index.ts';
import {
  formatShape,
  isDifferentiable,
  ShapeError,
  type Tensor,
  ValueError,
} from '../../tensor/index.ts';
import { copyInto } from '../copy.ts';
import { gather } from '../indexing/gather.ts';
import { emptyTensor, orderLike } from '../result.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { slice } from './slice.ts';

/** Options of `pad`. */
export interface PadOptions {
  /**
   * What the new elements are: a value, the edge again, or the tensor mirrored without or with its
   * edge.
   */
  readonly mode?: 'constant' | 'edge' | 'reflect' | 'symmetric';
  /** The value, for mode 'constant'. */
  readonly value?: number;
}

/**
 * The tensor with elements added around it: a number for all sides, or [before, after] for each
 * axis.
 * @example pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]]);
 */
export function pad(
  x: TensorLike,
  widths: number | readonly (readonly [number, number])[],
  { mode = 'constant', value = 0 }: PadOptions = {},
): Tensor {
  const tensor = asTensor('pad', x);
  const pairs =
    typeof widths === 'number' ? tensor.shape.map(() => [widths, widths] as const) : widths;
  const whole = (n: number) => Number.isInteger(n) && n >= 0;
  if (pairs.length !== tensor.rank || !pairs.every((p) => p.length === 2 && p.every(whole))) {
    throw new ShapeError(
      `pad: needs [before, after] with whole numbers >= 0 for each axis of ` +
        `${formatShape(tensor.shape)}, received ${JSON.stringify(widths)}`,
    );
  }
  if (pairs.every(([before, after]) => before + after === 0)) return tensor;
  return mode === 'constant' ? padConstant(tensor, pairs, value) : padRepeat(tensor, pairs, mode);
}

function padConstant(
  x: Tensor,
  pairs: readonly (readonly [number, number])[],
  value: number,
): Tensor {
  const shape = x.shape.map((n, axis) => n + pairs[axis][0] + pairs[axis][1]);
  const inner = x.shape.map((n, axis) => ({ start: pairs[axis][0], stop: pairs[axis][0] + n }));
  const forward = (): Tensor => {
    const result = emptyTensor(shape, x.dtype, [orderLike(x, shape)]);
    run('elementwise', [], [result], { formulas: [constant(value)] });
    if (x.size) copyInto(x, slice(result, inner));
    return result;
  };
  return unaryResult('pad', [x], forward, {
    attributes: { padding: pairs, value },
    backward: isDifferentiable(x.dtype) ? (gradient) => [slice(gradient, inner)] : undefined,
  });
}

function padRepeat(
  x: Tensor,
  pairs: readonly (readonly [number, number])[],
  mode: 'edge' | 'reflect' | 'symmetric',
): Tensor {
  return pairs.reduce((padded, [before, after], axis) => {
    if (before + after === 0) return padded;
    const size = x.shape[axis];
    const least = mode === 'reflect' && before + after > 0 ? 2 : 1;
    if (size < least) {
      throw new ValueError(
        `pad: mode '${mode}' needs at least ${least} elements on axis ${axis}, received ` +
          formatShape(x.shape),
      );
    }
    const source = sourceIndex(size, mode);
    const indices = Int32Array.from({ length: before + size + after }, (_, i) =>
      source(i - before),
    );
    return gather(padded, indices, { axis });
  }, x);
}

/** The index inside [0, size) whose element stands at a position outside. */
function sourceIndex(size: number, mode: 'edge' | 'reflect' | 'symmetric') {
  const cycle = mode === 'reflect' ? 2 * size - 2 : 2 * size;
  return (position: number): number => {
    if (mode === 'edge') return Math.min(size - 1, Math.max(0, position));
    const at = ((position % cycle) + cycle) % cycle;
    return at < size ? at : mode === 'reflect' ? cycle - at : cycle - 1 - at;
  };
}
