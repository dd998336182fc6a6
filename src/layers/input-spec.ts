import { formatShape, ShapeError } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';

/** What a layer asks of an input; unset fields ask nothing. */
export interface InputSpec {
  readonly rank?: number;
  readonly minRank?: number;
  readonly maxRank?: number;
  /** Sizes of some axes; negative ones count from the end. */
  readonly axes?: Readonly<Record<number, number | null>>;
  /** The whole shape; null where any size will do. */
  readonly shape?: SymbolicShape;
}

/** Throws a ShapeError that names the layer if an input does not fit. */
export function checkInput(layer: string, spec: InputSpec, shape: SymbolicShape): void {
  const rank = spec.rank ?? spec.shape?.length;
  const fail = (expected: string): never => {
    throw new ShapeError(
      `${layer}: expects input ${expected}, received shape ${formatShape(shape)}`,
    );
  };
  if (rank !== undefined && shape.length !== rank) fail(`of rank ${rank}`);
  if (spec.minRank !== undefined && shape.length < spec.minRank) {
    fail(`of rank ${spec.minRank} or more`);
  }
  if (spec.maxRank !== undefined && shape.length > spec.maxRank) {
    fail(`of rank ${spec.maxRank} or less`);
  }
  for (const [key, size] of Object.entries(spec.axes ?? {})) {
    const axis = Number(key);
    const received = shape.at(axis);
    if (size !== null && received !== null && received !== size) {
      fail(`with ${size} elements along axis ${axis}`);
    }
  }
  spec.shape?.forEach((size, axis) => {
    if (size !== null && shape[axis] !== null && shape[axis] !== size) {
      fail(`of shape ${formatShape(spec.shape as SymbolicShape)}`);
    }
  });
}
