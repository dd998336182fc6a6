export {
  bernoulli,
  categorical,
  type NormalOptions,
  normal,
  type RandomOptions,
  randint,
  truncatedNormal,
  uniform,
} from './distributions.ts';
export { type PermutationOptions, permutation, shuffle } from './permutation.ts';
export { setSeed } from './state.ts';
