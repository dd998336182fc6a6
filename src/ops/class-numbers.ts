import type { Tensor } from '../tensor/index.ts';
import { arange } from './create.ts';
import { cast } from './elementwise/cast.ts';
import { expandDims } from './shape/reshape.ts';

/** Whole numbers below this are exact in float32. */
const exactBelow = 2 ** 24;

/**
 * Labels [..] as a column [.., 1] and all classes [classes], to be compared. They are float32 if that holds the classes exactly,
 * so that formulas with scores have one type; a label that is no class rounds to no class.
 */
export function classNumbers(labels: Tensor, classes: number): [labels: Tensor, classes: Tensor] {
  const dtype = classes < exactBelow ? 'float32' : labels.dtype;
  return [expandDims(cast(labels, dtype), -1), arange(0, classes, 1, { dtype })];
}
