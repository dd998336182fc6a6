export { compile } from './compile.ts';
export { differentiate } from './differentiate.ts';
export { evaluate, evaluatePart } from './evaluate.ts';
export * from './expr.ts';
export { fold } from './fold.ts';
export * as math from './math.ts';
export { binaryFunctions, isBinary, isUnary, unaryFunctions } from './primitives.ts';
export { substitute } from './substitute.ts';
