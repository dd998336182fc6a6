export * from './decomposition.ts';
export {
  bmm,
  cdist,
  cross,
  dist,
  dot,
  matmul,
  matrixNorm,
  multiDot,
  mv,
  norm,
  vecdot,
  vectorNorm,
} from './linalg.ts';
export { matrixTranspose } from './manipulation.ts';
