export { getRegularizer, type RegularizerLike, regularizer } from './get.ts';
export { L1, l1 } from './l1.ts';
export { L1L2, l1l2 } from './l1-l2.ts';
export { L2, l2 } from './l2.ts';
export { OrthogonalRegularizer, orthogonalRegularizer } from './orthogonal-regularizer.ts';
export { Regularizer } from './regularizer.ts';
