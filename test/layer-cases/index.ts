export { attention } from './attention.ts';
export { convolution } from './convolution.ts';
export { core } from './core.ts';
export { image } from './image.ts';
export type { LayerCases } from './layer-case.ts';
export { normalization } from './normalization.ts';
export { random } from './random.ts';
export { recurrent } from './recurrent.ts';
