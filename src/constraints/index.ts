export { Constraint } from './constraint.ts';
export { type ConstraintLike, constraint, getConstraint } from './get.ts';
export { MaxNorm, maxNorm } from './max-norm.ts';
export { MinMaxNorm, minMaxNorm } from './min-max-norm.ts';
export { NonNeg, nonNeg } from './non-neg.ts';
export { UnitNorm, unitNorm } from './unit-norm.ts';
