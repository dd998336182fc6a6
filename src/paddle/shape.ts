// The shape of a tensor, and shapes that go together.
import * as ops from '../ops/index.ts';
import { formatShape, ShapeError } from '../tensor/index.ts';
import { define } from './signature.ts';
import { type TensorLike, unwrap, wrap } from './tensor.ts';

/** The sizes of the axes, int64. */
export const shape = define('shape', ['input'], [], (input: TensorLike) =>
  wrap(ops.tensor([...unwrap('shape', input).shape], { dtype: 'int64' })),
);

/** The shape that holds both by broadcasting. */
export const broadcastShape = define(
  'broadcastShape',
  ['xShape', 'yShape'],
  [],
  (xShape: readonly number[], yShape: readonly number[]): number[] =>
    broadcastShapes(xShape, yShape),
);

/** The shape that holds all by broadcasting. */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    const column = shapes.map((s) => s[i - rank + s.length] ?? 1).filter((n) => n !== 1);
    if (new Set(column).size > 1) {
      throw new ShapeError(
        `broadcastShapes: ${shapes.map(formatShape).join(' and ')} cannot be broadcast together`,
      );
    }
    return column[0] ?? 1;
  });
}
