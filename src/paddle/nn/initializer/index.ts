export { Assign, Bilinear, Constant, Dirac } from './constants.ts';
export { calculateGain } from './gain.ts';
export { Initializer, setGlobalInitializer } from './initializer.ts';
export {
  KaimingNormal,
  KaimingUniform,
  Normal,
  Orthogonal,
  TruncatedNormal,
  Uniform,
  XavierNormal,
  XavierUniform,
} from './random.ts';
