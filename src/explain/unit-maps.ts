import { where } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** Maps [n, height, width] of numbers >= 0, each divided by its largest; what is 0 everywhere stays so. */
export function unitMaps(maps: Tensor): Tensor {
  const most = maps.max([1, 2], { keepDims: true });
  return maps.div(where(most.greater(0), most, 1));
}
