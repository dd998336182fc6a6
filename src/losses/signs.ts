import { cast, logicalOr, where } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** Labels of 0 and 1 as -1 and 1; others, if any is neither, as they are. */
export function signs(labels: Tensor): Tensor {
  const binary = logicalOr(labels.equal(0), labels.equal(1)).all();
  return where(cast(binary, 'bool'), labels.mul(2).sub(1), labels);
}
