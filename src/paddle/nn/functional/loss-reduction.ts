import * as ops from '../../../ops/index.ts';
import { type Tensor as CoreTensor, ValueError } from '../../../tensor/index.ts';
import { type Tensor, wrap } from '../../tensor.ts';

/** What becomes of the losses of all elements. */
export type Reduction = 'none' | 'mean' | 'sum';

/** The losses as they are, their mean or their sum. */
export function reduceLoss(op: string, loss: CoreTensor, reduction: string): Tensor {
  checkReduction(op, reduction);
  if (reduction === 'none') return wrap(loss);
  return wrap(reduction === 'mean' ? ops.mean(loss) : ops.sum(loss));
}

/** Checks a reduction by name. */
export function checkReduction(op: string, reduction: string): void {
  if (['none', 'mean', 'sum'].includes(reduction)) return;
  throw new ValueError(`${op}: reduction must be 'mean', 'sum' or 'none', received '${reduction}'`);
}
