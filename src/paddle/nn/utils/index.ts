export { clipGradNorm_, clipGradValue_ } from './clip-gradients.ts';
export { parametersToVector, vectorToParameters } from './parameter-vector.ts';
export { removeWeightNorm, spectralNorm, weightNorm } from './weight-norm.ts';
